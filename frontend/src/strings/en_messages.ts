/** Words of sealed conversations: their list, who is in them, and how they are set up. Loaded with their screens. */

import { core } from "./en_core";

const count = (n: number, one: string, many: string) => (n === 1 ? `1 ${one}` : `${n} ${many}`);
const { list } = core.common;

/** A timer's length in words. */
export function span(seconds: number): string {
  const days = Math.round(seconds / 86_400);
  if (days >= 7 && days % 7 === 0) return days === 7 ? "a week" : `${days / 7} weeks`;
  if (days >= 1) return days === 1 ? "a day" : `${days} days`;
  const hours = Math.round(seconds / 3600);
  return hours >= 1 ? (hours === 1 ? "an hour" : `${hours} hours`) : `${Math.max(1, Math.round(seconds / 60))} minutes`;
}

export const messages = {
  title: "Messages",
  lock: "Sealed",
  seal: "Only the people in a conversation can read it. Not the practice, and not the server.",
  write: "Write to somebody",
  writeShort: "Write",
  search: "Search",
  pick: "Choose a conversation",
  pickBody: "What you write here is sealed on this device before it leaves.",
  conversations: "Conversations",
  conversation: (title: string) => `Conversation: ${title}`,
  noPreview: "Nothing to show yet",
  somebody: "Somebody",
  youName: "You",
  yourself: "yourself",
  circle: (names: readonly string[]) => `Circle with ${list(names)}`,
  circleAlone: "Circle",

  lanes: { clinical: "Therapy", administrative: "Office", members: "Among members" },
  replies: (days: number) => `Usually replies within ${count(days, "working day", "working days")}`,

  empty: {
    title: "No conversations yet",
    member: "Here you can write to your therapist, to the practice's office, and to people of your groups where that is switched on.",
    staff: "Here you can write to your clients and to the people of your groups.",
    nobody: "At the moment there is nobody you can write to here. Your facilitator can tell you more.",
  },

  locked: {
    other_tab: {
      title: "Open in another tab",
      detail: "Your conversations are open in another tab or window. Only one at a time can hold the keys.",
      act: "Use them here",
    },
    offline: {
      title: "Locked until the line is back",
      detail: "To open your conversations after this page was loaded anew, the server's half of the key is needed. Nothing is lost: drafts and what waits to be sent are kept.",
      act: "Try again",
    },
    signed_out: { title: "You are signed out", detail: "Sign in again to open your conversations.", act: "Sign in" },
    store_lost: {
      title: "The keys on this device are gone",
      detail: "The browser has cleared what it kept for you. With your recovery key, your conversations come back.",
      act: "Get them back",
    },
    unsupported: {
      title: "This browser can't hold sealed conversations",
      detail: "It lacks something that sealing needs. A current Firefox, Chrome, Edge or Safari has it. Private windows often do not.",
      act: "",
    },
    broken: {
      title: "Your conversations did not open",
      detail: "Something broke on this device. Nothing is lost: what you wrote is kept here.",
      act: "Try again",
    },
  },
  fresh: {
    title: "Set up sealed messages",
    detail: "It takes two minutes. This device makes keys of your own, and you get a recovery key to keep safe. Then only you and the people you write to can read your messages.",
    act: "Set up",
    people: "You can then write to your therapist, to the office, and to people of your groups where that is switched on.",
  },
  joining: {
    title: "Confirm this device",
    detail: "You use sealed messages already. Confirm this device with your recovery key, or from another device of yours, to read them here.",
    act: "Confirm this device",
  },
  removed: {
    title: "This device was removed",
    detail: "It was taken off from another device of yours, so it can't open your conversations any more. You can set it up again.",
    act: "See my devices",
  },

  standing: {
    unsaved: "Your recovery key is not saved yet. Without it, a lost device means lost messages.",
    unsavedAct: "Save it now",
    behind: "The backup of your keys is not up to date.",
    behindAct: "Have a look",
    alarm: "Something about the keys of this practice needs a look before you trust new people here.",
    own: "Your own keys have changed, and not from this device. Nothing is sent until you have looked at it.",
    alarmAct: "Look at it",
    clock: (minutes: number) =>
      `The clock of this device is ${count(Math.abs(minutes), "minute", "minutes")} ${minutes > 0 ? "ahead" : "behind"}. Please set it right: messages can fail to open.`,
    offline: "Offline. What you write is kept and goes out when the line is back.",
    restoring: (done: number, total: number) => `Bringing your messages back: ${done} of ${total}`,
  },

  make: {
    title: "Write to somebody",
    lead: "Choose one person, or several for a circle.",
    find: "Find a person",
    none: "Nobody of that name.",
    groups: {
      therapist: "Your therapist",
      clients: "Your clients",
      cover: "Standing in",
      covered: "Clients you stand in for",
      office: "The practice",
      officeStaff: "Asking the office",
      group: "People of your groups",
    },
    covers: (whom: string) => `stands in for ${whom}`,
    until: (day: string) => `until ${day}`,
    away: (day: string) => `away until ${day}`,
    notSetUp: "Not set up for sealed messages yet. Until they are, nothing can be sent to them.",
    there: "You have a conversation",
    most: "A circle has room for 15 people, you among them.",
    mixed: "A circle is for people of your groups. Write to your therapist or the office on their own.",
    circleTitle: "What is the circle called?",
    circleHint: "Sealed too: only the people in it can read the title.",
    timer: "Do messages go by themselves?",
    timerHint: "Counts for everybody in it. Each message goes this long after it was sent, on every device.",
    timers: [
      { value: "0", label: "They stay" },
      { value: "86400", label: "After a day" },
      { value: "604800", label: "After a week" },
      { value: "2419200", label: "After four weeks" },
    ],
    history: "People who join later can read what was written before",
    historyHint: "This can't be changed afterwards. Without it, they read only what comes after they joined.",
    unwatched: "Nobody moderates this. Only a report brings something to the facilitators.",
    readers: (names: readonly string[]) => `Only ${list(["you", ...names])} will be able to read it.`,
    go: (name: string) => `Write to ${name}`,
    goThere: (name: string) => `Open the conversation with ${name}`,
    goCircle: "Start the circle",
    choose: "Choose somebody first",
    unknown: { title: "Not all of them know each other", detail: "Everybody in a circle must be allowed to write to everybody else in it. Choose people of one group." },
    empty: "There is nobody you can write to at the moment.",
    emptyBody: "Your therapist shows here once they are assigned to you. People of your groups show where the facilitators have switched it on.",
    chosen: (n: number) => `${count(n, "person", "people")} chosen`,
  },

  head: {
    readers: (names: readonly string[]) => `Only ${list(["you", ...names])} can read this`,
    past: "You can read what was written while you were in it",
    alone: "Only you can read this",
    many: (names: readonly string[], more: number) => `Only you, ${names.join(", ")} and ${count(more, "other", "others")} can read this`,
    verified: "compared by emoji",
    firstSeen: "not compared yet",
    changed: "keys have changed",
    unwatched: "Nobody moderates this. Only a report brings something to the facilitators.",
    more: "More for this conversation",
    who: "Who can read this",
    people: "People in it",
    rename: "Rename the circle",
    timer: "Messages that go by themselves",
    search: "Search in it",
    record: "Save to the record",
    leave: "Leave it",
    timed: (seconds: number) => `Messages go after ${span(seconds)}`,
  },

  who: {
    title: "Who can read this",
    lead: "What is written here is sealed on your device and opened only on the devices of the people below. The server carries it, but can't read it.",
    server: "The practice's server sees who is in it, when something is sent, and about how long it is.",
    trust: {
      verified: "You have compared emoji with them: these are their keys.",
      first_seen: "You have not compared emoji yet. Their keys are those that you saw first, and they have not changed.",
      changed: "Their keys have changed. Nothing is sent until you have looked at it.",
      none: "Not set up for sealed messages yet: gets nothing.",
    },
    unlisted: "On the server's list, but not named by who made this conversation: gets no keys.",
    verify: "Compare emoji",
    verifyWith: (name: string) => `Compare emoji with ${name}`,
    look: "Look at it",
    lookAt: (name: string) => `Look at it: the new keys of ${name}`,
    devices: "Your devices",
    devicesLead: "What comes in can be read on each of these.",
    here: "this one",
    unconfirmed: "not confirmed: gets no keys",
    mine: "My devices and keys",
    history: "Who joins later can read what was written before.",
    noHistory: "Who joins later can't read what was written before.",
    made: "looks after the circle",
  },

  people: {
    title: "People in it",
    add: "Add somebody",
    addAct: "Add",
    addLead: "Only people who may write to everybody in it can join.",
    addDone: (name: string) => `${name} is in it now.`,
    nobody: "There is nobody else you could add.",
    full: "The circle is full: 15 people.",
    remove: (name: string) => `Take out ${name}`,
    removeTitle: (name: string) => `Take ${name} out?`,
    removeDetail: (name: string) => `${name} can't read what is written from now on. What they could read so far stays on their devices.`,
    removeAct: "Take out",
    removed: (name: string) => `${name} is no longer in it.`,
    leave: "Leave",
    leaveTitle: "Leave this conversation?",
    leaveDetail: "You can't read what is written from now on. What you could read so far stays on this device.",
    handOn: (name: string) => `You look after this circle. ${name} will look after it when you leave: they can then add and take out people.`,
    leaveAct: "Leave it",
    left: "You have left the conversation.",
    only: "Only who looks after the circle can add people or take them out.",
  },

  rename: { title: "Rename the circle", label: "What is the circle called?", hint: "Everybody in it sees the new title.", done: "The circle has its new title." },
  timer: {
    title: "Messages that go by themselves",
    lead: "Counts for everybody in this conversation, from the next message on. Messages that are here already keep their time.",
    legend: "A message goes",
    limits: "What somebody has copied, or saved to the record, does not go.",
    done: "Changed for everybody in it.",
  },

  find: {
    title: "Search",
    lead: "Looks through what this device can read. Nothing you search for leaves it.",
    label: "Words",
    where: "Where",
    here: "In this conversation",
    everywhere: "In all conversations",
    go: "Search",
    none: "Nothing found.",
    found: (n: number) => (n >= 50 ? "The newest 50" : `${n} found`),
    searching: "Searching",
  },

  problems: {
    offline: core.errors.offline,
    locked: { title: "Your conversations are locked", detail: "Nothing you wrote is lost. Open them again, then try once more." },
    denied: { title: "That is not yours to change", detail: "Only who looks after the circle can do that." },
    not_found: { title: "Not here", detail: "This is not here any more, or not open to you." },
    closed: { title: "That is not open any more", detail: "Somebody in it may not be written to any more. Choose other people, or write to them one by one." },
    stale: { title: "Somebody changed this", detail: "It is up to date now. Please look, and do it again." },
    too_large: { title: "That is too large", detail: "A file can have 25 MB at most." },
    storage_full: { title: "There is no room left", detail: "Your sealed files take all the room there is for one person. Delete some old ones." },
    rate_limited: { title: "A little slower, please", detail: "That was a lot at once. Wait a minute, then try again." },
    does_not_check: { title: "That is not what was sent", detail: "What came is not what was sealed, so it is not opened. Ask for it to be sent again." },
    identity_changed: { title: "The keys of somebody have changed", detail: "Look at the new keys first." },
    not_set_up: { title: "Not set up yet", detail: "They have to set up sealed messages on their own device first." },
    no_proof: { title: "This can't be reported", detail: "This device can't prove what the message says. You can tell your facilitator in your own words." },
    too_many_people: { title: "That is too many", detail: "A circle has room for 15 people, you among them." },
  } as Readonly<Record<string, { title: string; detail: string }>>,
};
