/** Words about who may write to whom, what clients may expect, and members who write to each other. */

import { shortDay } from "./dates";

const days = (n: number) => (n === 1 ? "1 working day" : `${n} working days`);

export const contacts = {
  lanes: {
    clinical: "Therapist",
    administrative: "Office",
  },
  laneHints: {
    clinical: "Sealed messages about therapy. Only the two of them can read these.",
    administrative: "Sealed messages about dates, forms and bills. Only the two of them can read these.",
  },

  /** What clients read beside the text box. */
  expect: (name: string, n: number) => `${name} usually replies within ${days(n)}.`,
  away: (name: string, day: string) => `${name} is away until ${shortDay(day)}.`,
  awayFrom: (name: string, from: string, until: string) =>
    from === until ? `${name} is away on ${shortDay(from)}.` : `${name} is away from ${shortDay(from)} until ${shortDay(until)}.`,
  covers: (name: string) => `${name} covers.`,

  people: {
    line: (lane: string, names: string) => `${lane}: ${names}`,
    awayUntil: (name: string, day: string, cover: string | null) =>
      cover ? `${name} (away until ${shortDay(day)}, ${cover} covers)` : `${name} (away until ${shortDay(day)})`,
    nobody: "No therapist yet",
    open: "Therapist and office",
    availability: "Replies and time away",
    yours: "Your clients",
    yoursLead: "You and they can write to each other in sealed conversations.",
    failed: "Who looks after whom could not be read just now.",
    again: "Try again",
  },

  assign: {
    title: (name: string) => `Who looks after ${name}?`,
    now: "Now",
    nobody: "Nobody yet. Whoever you choose below can exchange sealed messages with this client.",
    since: (day: string) => `since ${day}`,
    you: "you",
    end: "End",
    endOf: (name: string, lane: string) => `End ${name}, ${lane.toLowerCase()}`,
    endSure: (name: string) => `End this? ${name} and this client cannot write to each other from then on. What they wrote stays theirs to read.`,
    endYes: "End it",
    endNo: "Keep it",
    ended: (name: string) => `${name} does not look after this client any more.`,
    add: "Add somebody",
    search: "Find by name",
    lane: "What about",
    who: "Who",
    chooseWho: "Please choose somebody.",
    none: "Nobody of this name.",
    all: "Everybody who could is there already.",
    awayHint: (role: string, from: string, until: string) => `${role}, away from ${shortDay(from)} until ${shortDay(until)}`,
    submit: "Assign",
    done: (name: string, client: string) => `${name} and ${client} can write to each other now.`,
  },

  availability: {
    title: "Replies and time away",
    lead: "What your clients read when they write to you.",
    titleOf: (name: string) => `Replies and time away of ${name}`,
    leadOf: "For somebody who cannot do it themselves, for example because they fell ill. It is written down that you did.",
    reply: "You usually reply within",
    replyOf: "They usually reply within",
    replyChoices: Array.from({ length: 10 }, (_, n) => ({ value: String(n + 1), label: days(n + 1) })),
    from: "First day away",
    until: "Last day away",
    note: "A note for clients",
    noteHint: "They read it while you are away. At most 300 characters.",
    cover: "Who covers",
    coverHint: "They and your clients can write to each other on these days, and clients are told the name. It ends by itself.",
    coverNobody: "Nobody",
    coverAway: (name: string, from: string, until: string) => `${name} (away ${shortDay(from)} to ${shortDay(until)})`,
    clear: "Clear these days",
    needsFrom: "Which is the first day away?",
    needsUntil: "Which is the last day away?",
    order: "The last day is before the first.",
    past: "This day is past.",
    preview: "What clients read",
    previewNow: "On most days",
    previewAway: "While away",
    nobodyReads: "Nobody is assigned to you yet, so nobody reads this now.",
    covering: (names: string) => `Just now you cover for ${names}.`,
    save: "Save",
    saved: "Your clients read this from now on.",
    savedOf: (name: string) => `The clients of ${name} read this from now on.`,
  },

  memberMessages: {
    switch: "Members can write to each other privately",
    hint: "Nobody reads along: not you, not the practice. Only when a member reports a message do facilitators see something of it.",
    before:
      "When you save this, every member can write to every other, under the names they go by here. They are told that nobody moderates it. Talk about it in the group first.",
    title: "Private messages",
    lead: "Members can write to each other privately. Nobody moderates that.",
    detail:
      "Facilitators do not see these messages. If something is not right, you can report it, and only then do they see it. Blocking somebody ends it between the two of you.",
    linked: "Anybody you share another such group with can tell that it is you, even where you go by another name.",
  },
};
