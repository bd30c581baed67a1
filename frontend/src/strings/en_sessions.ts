/** Words about sessions: when a group meets, how that is planned, and what goes with one of them. */

import type { Repeat, RuleParts, Week } from "../sessions/rule";

const count = (n: number, one: string, many: string) => (n === 1 ? `1 ${one}` : `${n} ${many}`);
const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const WEEKS: Record<Week, string> = { 1: "first", 2: "second", 3: "third", 4: "fourth", [-1]: "last" };

/** A length as it is said: `90 minutes`, `2 hours`, `1 hour`. */
function length(minutes: number): string {
  if (minutes % 60 === 0) return count(minutes / 60, "hour", "hours");
  return count(minutes, "minute", "minutes");
}

function every(rule: Pick<RuleParts, "repeat" | "weekday" | "week">): string {
  const day = WEEKDAYS[rule.weekday] ?? "";
  const said: Record<Repeat, string> = {
    once: "Once",
    weekly: `Every ${day}`,
    fortnightly: `Every second ${day}`,
    monthly: `The ${WEEKS[rule.week]} ${day} of each month`,
  };
  return said[rule.repeat];
}

export const sessions = {
  weekdays: WEEKDAYS,
  length,
  zone: (place: string) => (place === "UTC" ? "UTC" : `${place} time`),

  /** `Every Thursday at 18:00 (Berlin time)`, with its end. */
  rule: (rule: RuleParts, time: string, zone: string, until: string) => {
    const said = `${every(rule)} at ${time} (${zone})`;
    if (rule.ends === "count") return `${said}, ${count(rule.count, "time", "times")}`;
    return rule.ends === "until" && until ? `${said}, until ${until}` : said;
  },
  once: (day: string, time: string, zone: string) => `Once, on ${day} at ${time} (${zone})`,
  otherRule: (zone: string) => `By a rule of its own (${zone})`,

  title: "Sessions",
  lead: "Your groups and your appointments, the next one first.",
  coming: "Coming",
  past: "Past",
  noneComing: "Nothing is planned yet",
  noneComingBody: "When a session is planned, it stands here: when it is, where, and what to prepare. You are reminded a day and an hour before.",
  noneStaff: "Plan sessions from the page of a group.",
  nonePast: "Sessions that are over will stand here.",
  earlier: "Show earlier ones",
  all: "All sessions",
  calendarLink: "In your calendar",
  asOf: (when: string) => `You have no line. This is how it was at ${when}; something may have moved since.`,
  oneToOne: (name: string) => `With ${name}`,

  next: {
    title: "Your next session",
    today: "Sessions today",
    later: "The next session",
    none: "No session today.",
    now: "Open now",
    soon: (minutes: number) => (minutes < 1 ? "Begins now" : `Begins in ${count(minutes, "minute", "minutes")}`),
    opens: (time: string) => `The room opens at ${time}.`,
    enter: "Enter the room",
    look: "Look at it",
    intention: "Write down what you want from it",
    hasIntention: "Your note for yourself",
    prepare: "To prepare",
    prepareHere: "There is something to prepare.",
  },

  line: {
    to: (from: string, until: string) => `${from} to ${until}`,
    there: (zone: string, times: string) => `${times}, ${zone}`,
    cancelled: "Cancelled",
    moved: "Moved",
    over: "Over",
    open: "Open now",
    lead: "You lead",
    inPlace: "Where",
    byLink: "Link",
    openLink: "Open the video link",
    room: "In the room here",
  },

  attendanceOwn: {
    present: "You were there",
    late: "You came late",
    left_early: "You left early",
    excused: "You were excused",
    absent: "You were not there",
  } as Record<string, string>,

  group: {
    title: (group: string) => `Sessions of ${group}`,
    open: "Sessions",
    plan: "Plan sessions",
    series: "How often",
    seriesNone: "No series yet.",
    noneMember: "Your facilitators plan them. Each will stand here with when, where and what to prepare.",
    noneLeader: "Plan a weekly series once; each session then makes itself, also when the clocks change.",
    runs: (until: string) => `until ${until}`,
    ended: "Ended",
    change: "Change the series",
    end: "End the series",
    endTitle: "End this series?",
    endLead: "Sessions that are still to come are taken out, and everybody is told why. Past ones stay.",
    endDone: "The series has ended.",
  },

  plan: {
    title: "Plan sessions",
    changeTitle: "Change the series",
    lead: (group: string) => `For ${group}. Members see them at once and are reminded a day and an hour before.`,
    changeLead: "From the next session on. Sessions that were changed by themselves stay as they are.",
    changeFrom: (day: string) => `This one, on ${day}, and all later ones. Sessions that were changed by themselves stay as they are.`,
    repeat: "How often",
    repeats: [
      { value: "weekly", label: "Every week" },
      { value: "fortnightly", label: "Every two weeks" },
      { value: "monthly", label: "Once a month" },
      { value: "once", label: "Only once" },
    ],
    weekday: "On",
    week: "Which one in the month",
    weeks: ([1, 2, 3, 4, -1] as const).map((n) => ({ value: String(n), label: `The ${WEEKS[n]}` })),
    from: "Not before",
    fromHint: "The first session is on the first such day from here on.",
    day: "Day",
    time: "Begins at",
    minutes: "How long",
    minutesHint: "In minutes, 15 to 480.",
    zone: "Time zone",
    zoneHint: "Where the group meets. The time there stays the same when the clocks change.",
    ends: "Ends",
    endsChoices: [
      { value: "never", label: "Does not end" },
      { value: "count", label: "After a number of sessions" },
      { value: "until", label: "On a day" },
    ],
    count: "How many sessions",
    until: "Last day",
    name: "What it is called",
    nameHint: "For example: Thursday circle. It is never part of a reminder.",
    place: "Place",
    placeHint: "Where to go, for example: Room 2, second floor. Leave it empty when you meet here.",
    link: "Video link",
    linkHint: "An address that begins with https.",
    agenda: "What to prepare, and what it will be about",
    agendaHint: "Members read this before the session.",
    saved: "This is what you plan",
    next: (n: number) => (n === 1 ? "The session" : n < 5 ? `All ${n} sessions` : "The next five"),
    yours: (time: string) => `${time} for you`,
    forwards: (day: string, place: string, time: string) => `The clocks go forward on ${day}. It stays ${time} in ${place}.`,
    backwards: (day: string, place: string, time: string) => `The clocks go back on ${day}. It stays ${time} in ${place}.`,
    shifts: (place: string, time: string) => `For you in ${place} it is at ${time} from then on.`,
    afterwards: (day: string) => `The first one after that is on ${day}.`,
    noDates: "No session follows from this. Please look at the days again.",
    submit: (n: number) => (n === 1 ? "Plan this session" : "Plan these sessions"),
    submitChange: "Save the change",
    done: "Planned. Members see it now.",
    changed: "Changed. Members see it now.",
    wrongMinutes: "Please give 15 to 480 minutes.",
    wrongCount: "Please give 1 to 200 sessions.",
    wrongDay: "Please choose a day.",
    wrongTime: "Please choose a time.",
    wrongUntil: "The last day is before the first session.",
    wrongLink: "Please give a whole address that begins with https://.",
    past: "This time is over already.",
  },

  change: {
    more: "Change this session",
    move: "Move it",
    change: "Change place, link or what to prepare",
    cancel: "Cancel it",
    moveTitle: "Move this session",
    changeTitle: "Change this session",
    cancelTitle: "Cancel this session?",
    which: "What does this go for?",
    one: "Only this one",
    oneHint: "The others stay as they are.",
    later: "This one and all later ones",
    laterHint: "You change the series from this day on.",
    laterEndHint: "The series ends with this day.",
    day: "New day",
    time: "New time",
    timeHint: (zone: string) => `As a clock shows it in ${zone}.`,
    why: "Why",
    whyHint: "Everybody who is invited reads this. Old reminders are taken back, and new ones made.",
    whyNeeded: "Please give a reason in a few words.",
    toSeries: "On to the series",
    moveDo: "Move it",
    cancelDo: "Cancel it",
    keep: "Keep it",
    moved: "Moved. Everybody is told.",
    cancelled: "Cancelled. Everybody is told.",
    saved: "Saved. Everybody sees it now.",
    stale: "Somebody changed it meanwhile. This is how it is now; please look again.",
  },

  page: {
    when: "When",
    where: "Where",
    agenda: "What to prepare",
    noAgenda: "Nothing to prepare. Come as you are.",
    noAgendaLeader: "Nothing is written here yet.",
    cancelledWhy: (why: string) => `This session is cancelled: ${why}`,
    cancelled: "This session is cancelled.",
    movedWhy: (why: string) => `This session was moved: ${why}`,
    room: "The room",
    roomOpens: (when: string) => `The room opens ${when}. You can write there then.`,
    roomOpen: "The room is open.",
    roomOver: "The room is closed. You can still read what was written.",
    enter: "Enter the room",
    read: "Read in the room",
    series: "All sessions of this group",
    summary: "Read the summary",
    summaryEdit: "The summary",
  },

  intention: {
    title: "For yourself",
    lead: "What do you want to bring, or take with you? Only you can read this. It is never shown to anybody.",
    label: "Your note for yourself",
    placeholder: "You can leave this empty.",
    saving: "Saving",
    saved: "Saved. Only you can read it.",
    kept: "Not saved yet. It stays in this tab and is saved when your line is back.",
    failed: "This could not be saved.",
    tooLong: (n: number) => `${n} letters too many`,
  },

  feedback: {
    title: "How was it for you?",
    lead: "Four lines, if you like. Your facilitators see the numbers, together with those of the others. Not a validated scale.",
    leadAlone: "Four lines, if you like. Your therapist sees the numbers. Not a validated scale.",
    scales: {
      relationship: { label: "Being heard", low: "Not heard or understood", high: "Heard and understood" },
      goals: { label: "What we talked about", low: "Not what I needed", high: "What I needed" },
      approach: { label: "The way it went", low: "Did not fit me", high: "Fitted me well" },
      overall: { label: "All in all", low: "Something was missing", high: "It was right for me" },
    } as Record<string, { label: string; low: string; high: string }>,
    untouched: "Not answered",
    value: (n: number) => `${n} of 100`,
    give: "Give this",
    again: "Change it",
    done: "Thank you. You can change it for three days.",
    given: "You have answered. You can change it for three days after the session.",
    closed: "You have answered.",
    all: "Please move all four, or leave it.",
    trend: "What members said",
    trendLead: "Averages of the sessions in which somebody answered, the newest last. Not a validated scale.",
    trendNone: "Nobody has answered yet.",
    session: "Session",
    answers: "Answers",
  },
};
