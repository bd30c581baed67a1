/** Words of a session's live room, and of the facilitators' cockpit in it. */

import type { PresenceState, Rhythm } from "../sessions/shapes";

const count = (n: number, one: string, many: string) => (n === 1 ? `1 ${one}` : `${n} ${many}`);
const PLACES = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
const place = (n: number) => PLACES[n] ?? `number ${n + 1}`;

export const room = {
  posts: "What was written in this session",
  back: "The session",
  notOpen: "The room is not open yet",
  soon: (when: string) => (when ? `It opens ${when}.` : "Your facilitators open it when it is time. You need not do anything."),
  openIt: "Open it in the cockpit: go to Arrive, and members can write.",
  readAgenda: "Read what to prepare",
  none: "This session has no room here",
  noneBody: "An appointment of two takes place where its page says.",
  emptyBefore: "When the session begins, what is written stands here.",
  emptyOpen: "Somebody begins. It can be you.",

  present: (names: string) => (names ? `${names} is here now.` : "A facilitator is here now."),
  presentMany: (names: string) => `${names} are here now.`,
  absent: "No facilitator is here right now.",
  seen: "Your facilitators see who is here.",
  seenLead: "Members are told that you see who is here.",
  here: (n: number) => count(n, "person is here", "people are here"),
  offline: (when: string) => `You have no line. Who is here was last known at ${when}. What you write is kept and will be sent.`,

  rhythms: {
    prepare: "Prepare",
    arrive: "Arrive",
    live: "Live",
    closing: "Closing round",
    reflect: "Reflect",
    quiet: "Quiet",
  } satisfies Record<Rhythm, string> as Record<Rhythm, string>,

  /** What the rhythm means now, for who reads it. `from` and `until` are times in words. */
  now: {
    prepare: (opens: string) => (opens ? `Before the session. Writing opens ${opens}.` : "Before the session. You can read here already."),
    arrive: (begins: string) => `Arriving. You can write; the session begins ${begins}.`,
    live: (until: string) => `The session is on, until about ${until}.`,
    closing: () => "The closing round: a last word from everybody who wants one.",
    reflect: (until: string) => (until ? `The session is over. You can still write until ${until}.` : "The session is over. You can still write for a while."),
    quiet: () => "The room is closed. You can read what was written.",
  } as Record<Rhythm, (time: string) => string>,
  kept: "What you have begun to write is kept on this device.",
  shut: {
    before: (when: string) => (when ? `The room opens ${when}.` : "The room is not open yet. Your facilitators open it when it is time."),
    over: "The room is closed for this time. You can bring it to the next session, or write in another topic.",
    cancelled: "This session is cancelled, so nobody writes here.",
    paused: "Your facilitator has paused the room for a moment. You can read; writing goes on when they say so.",
    turn: (name: string, mine: number) => (mine > 0 ? `It is the turn of ${name}. You are ${place(mine)} in the round.` : `It is the turn of ${name}. A round is going on.`),
  },

  round: {
    line: "Round",
    now: "now",
    you: "you",
    yourTurn: "It is your turn. Take your time.",
    pass: "I am done",
    passHint: "You can also pass without writing.",
    passed: "Thank you. It goes on to the next.",
    announce: "It is your turn in the round.",
  },

  hand: {
    label: "Raise your hand",
    up: "Hand",
    down: "Hand up",
    isUp: "Your hand is up. Your facilitators see it.",
    isDown: "Your hand is down again.",
    raised: "hand up",
  },

  checkIn: {
    title: "How are you now?",
    lead: "One tap. Only your facilitators see it, and you can skip it.",
    levels: ["Very hard", "Hard", "So-so", "All right", "Good"],
    level: (n: number, words: string) => `${n}: ${words}`,
    skip: "Not now",
    said: (words: string) => `You said: ${words}.`,
    saidOnly: "Only your facilitators see it.",
    add: "Add a few words",
    edit: "Change your words",
    words: "A few words, if you like",
    send: "Send",
    change: "Change it",
    failed: "This could not be sent. Please try again.",
  },

  cockpit: {
    title: "Cockpit",
    open: "Cockpit",
    lead: "Only facilitators see this.",
    rhythm: "Where the session is",
    proposes: (rhythm: string) => `By the clock it is time for: ${rhythm}.`,
    go: (rhythm: string) => `Go to: ${rhythm}`,
    goShort: "Go",
    goProposed: (rhythm: string) => `Begin: ${rhythm}`,
    gone: (rhythm: string) => `Now: ${rhythm}.`,
    nowMark: "now",
    means: {
      prepare: "Members read the agenda. Nobody but you writes.",
      arrive: "Members write. The session has not begun.",
      live: "Members write. The session is on.",
      closing: "Members write. A last round.",
      reflect: "Members write for a while longer.",
      quiet: "Nobody but you writes.",
    } as Record<Rhythm, string>,

    people: "Who is here",
    summary: (here: number, all: number) => `${here} of ${all}`,
    nobody: "Nobody has come yet.",
    states: {
      here: "here",
      quiet: (minutes: number) => (minutes < 1 ? "quiet" : `quiet for ${minutes} min`),
      lost: (minutes: number) => (minutes < 1 ? "line lost" : `line lost for ${minutes} min`),
      left: (time: string) => `left at ${time}`,
      away: "looks elsewhere",
      notCome: "not here",
    } satisfies Record<PresenceState | "notCome", unknown>,
    you: "you",

    checkIns: "Check-in",
    ask: "Ask how everybody is",
    askAgain: "Ask again",
    asked: (n: number, all: number) => `${n} of ${all} have answered.`,
    askedNow: "Asked. Answers show here and beside each name.",
    saysNothing: "no words",

    round: "Round",
    roundLead: "One after another. Only the person whose turn it is, and you, can write.",
    begin: "Begin a round",
    beginWith: "Begin with this order",
    order: "Order",
    up: (name: string) => `${name} earlier`,
    out: (name: string) => `Leave ${name} out`,
    next: "Next",
    end: "End the round",
    noRound: "No round",
    turnOf: (name: string) => `It is the turn of ${name}.`,
    nobodyForRound: "A round needs at least one member who is here.",

    writing: "Writing",
    paused: "Paused: members read, only you write.",
    pause: "Pause writing",
    resume: "Let members write again",
    slow: "Between two posts of one member",
    slowGaps: [
      { value: "0", label: "No wait" },
      { value: "30", label: "30 seconds" },
      { value: "60", label: "1 minute" },
      { value: "120", label: "2 minutes" },
      { value: "300", label: "5 minutes" },
    ],
    slowOther: (seconds: number) => `${seconds} seconds`,

    follow: "To follow up",
    followLead: "For you and your co-facilitators, after the session.",
    followNone: "Nothing noted yet.",
    followAdd: "Note something",
    followSave: "Add",
    done: (words: string) => `Done: ${words}`,
    attendance: "Mark who came",
    failed: "That did not work. Please try again.",
  },
};
