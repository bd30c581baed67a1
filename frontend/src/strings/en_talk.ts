/** Words inside a sealed conversation: its messages, the text box, reports, and care for who writes. A test holds the words of the card
 * at a reading grade of 6. */

import { core } from "./en_core";
import { span } from "./en_messages";

const count = (n: number, one: string, many: string) => (n === 1 ? `1 ${one}` : `${n} ${many}`);
const { list } = core.common;
/** Names at the beginning of a sentence about what somebody is or has. */
const have = (names: readonly string[], one: string, many: string) => `${list(names)} ${names.length === 1 ? one : many}`;

export const talk = {
  row: {
    actions: (name: string) => `More for the message by ${name}`,
    actionsOwn: "More for your message",
    reply: "Reply",
    react: "Answer with a word",
    edit: "Edit",
    copy: "Copy words",
    delete: "Delete for everyone",
    report: "Report",
    save: "Save the file",
    edited: "edited",
    replyTo: (name: string) => `Reply to ${name}`,
    replyGone: "Reply to a message that is not here",
    jumpGone: "That message is not here.",
    copied: "Copied.",
    goes: (when: string) => `Here until ${when}`,
    goesSoon: "Here for less than a minute",
    gone: "This message has reached its time and is gone.",
    deleted: (name: string) => `${name} deleted this message`,
    deletedYou: "You deleted this message",
    words: ["Thank you", "I hear you", "With you", "Yes", "No", "Take care"],
    wordsOf: "Answer with a word",
    wordBy: (word: string, names: readonly string[]) => `${word}: ${list(names)}`,
    wordTake: (word: string) => `Take back "${word}"`,
    editing: "Edit your message",
    editSave: "Save changes",
    editKept: "Your change is kept and goes out when the line is back.",
  },

  erase: {
    title: "Delete for everyone?",
    detail:
      "The words go from the server, and from everybody's screen as soon as their device has a line. A mark stays: that you sent a message, and when. What somebody has copied or saved to the record stays with them.",
    act: "Delete",
    done: "Deleted.",
  },

  states: {
    queued: "Waiting to be sent",
    queuedOffline: "Kept. It goes out when the line is back.",
    sending: "Sending",
    retry: "Send again",
    takeBack: "Take it back into the text box",
    discard: "Throw away",
    discarded: "Thrown away.",
    look: "Look at it",
    failed: {
      identity_changed: "Not sent: the keys of somebody in it have changed. Look at it first, then send again.",
      not_set_up: "Not sent: nobody else here is set up for sealed messages yet.",
      no_roster: "Not sent: this device does not know yet who belongs here.",
      left: "Not sent: you are no longer in this conversation.",
      closed: "Not sent: this conversation is closed.",
      not_found: "Not sent: you are no longer in this conversation.",
      too_large: "Not sent: it is too long. Send it in two parts.",
      rate_limited: "Not sent: that was a lot at once. Wait a minute, then send again.",
      invalid: "Not sent: the server could not take it.",
      broken: "Not sent: something broke on this device.",
    } as Readonly<Record<string, string>>,
    failedElse: "Not sent",
  },

  hidden: {
    waiting_key: {
      words: (name: string) => `A message by ${name} whose key is still on its way.`,
      next: "It opens by itself when one of their devices has a line.",
      act: "",
    },
    before_join: { words: () => "Written before you joined.", next: "You can read what comes after.", act: "" },
    before_device: {
      words: () => "Written before this device was set up.",
      next: "With your recovery key, or from another device of yours, it can be opened here too.",
      act: "keys",
    },
    withheld: {
      words: (name: string) => `${name} did not give the key of this message to this device.`,
      next: "Perhaps this device was not confirmed then. Ask them to send it again.",
      act: "keys",
    },
    unknown_device: {
      words: (name: string) => `Not shown: it came from a device that ${name} has not confirmed.`,
      next: "Ask them to confirm that device under their own devices.",
      act: "person",
    },
    wrong_sender: {
      words: () => "Not shown: it is not from the person it says it is from.",
      next: "Please tell your practice. Do not act on it.",
      act: "",
    },
    identity_changed: {
      words: (name: string) => `Not shown: the keys of ${name} have changed.`,
      next: "Look at the new keys first.",
      act: "person",
    },
    does_not_check: {
      words: () => "Not shown: what is inside is not what the seal says.",
      next: "Ask for it to be sent again. Please tell your practice if it happens again.",
      act: "",
    },
    replayed: { words: () => "Not shown: a copy of an earlier message.", next: "You have read the real one. There is nothing to do.", act: "" },
    unreadable: {
      words: (name: string) => `This device can't make sense of this message by ${name}.`,
      next: "Load the page anew. If it stays like this, ask them to send it again.",
      act: "",
    },
  },
  hiddenActs: { keys: "My devices and keys", person: "Look at it" },

  notice: {
    started: "This conversation is sealed. Only the people in it can read it.",
    added: (names: readonly string[]) => have(names, "is in it now.", "are in it now."),
    gone: (names: readonly string[]) => have(names, "is no longer in it.", "are no longer in it."),
    title: (title: string) => `It is now called "${title}".`,
    untitled: "It has no title now.",
    exported: (name: string) => `${name} saved a copy of this conversation.`,
    missing: (name: string, n: number) => `${count(n, "message", "messages")} by ${name} did not come here. Ask them what it was.`,
  },

  feed: {
    posts: "Messages",
    older: "Loading older messages",
    beginning: "This is where the conversation begins.",
    new: "New",
    newSince: (when: string) => `New since ${when}`,
    newest: (n: number) => count(n, "new message", "new messages"),
    toNewest: "To the newest",
    empty: "Nothing written yet",
    emptyBody: "Say the first thing. A sentence is enough.",
  },
  arrived: (n: number, title: string) => `${count(n, "new message", "new messages")} in ${title}`,
  arrivedBy: (name: string) => `New message by ${name}`,

  composer: {
    label: (title: string) => `Write to ${title}`,
    placeholder: "Write, sealed",
    send: "Send",
    blocked: "Look at the new keys first, then you can send.",
    keys: "Ctrl + Enter sends",
    saved: "Draft kept",
    savedLong: "Draft kept on this device, sealed",
    unsaved: "Not kept yet. Please leave this page open.",
    attach: "Add a file",
    attachHint: "Up to 25 MB each. Sealed on this device too.",
    drop: "Drop it here. Up to 25 MB each.",
    tooLarge: (name: string, size: string) => `${name} is ${size}. A file can have 25 MB at most.`,
    tooMany: "At most 10 files at once.",
    emptyFile: (name: string) => `${name} is empty.`,
    remove: (name: string) => `Remove ${name}`,
    files: "Files to send",
    picture: (name: string) => `Picture: ${name}`,
    sealing: (name: string) => `Sealing ${name}`,
    sending: (name: string, percent: number) => `Sending ${name}: ${percent} %`,
    fileFailed: (name: string, why: string) => `${name} was not sent. ${why}`,
    tooLong: "This is too long for one message. Send it in two parts.",
    left: (n: number) => (n >= 0 ? `${n} characters left` : `${-n} characters too many`),
    replies: (name: string, days: number) => `${name} usually replies within ${count(days, "working day", "working days")}.`,
    away: (name: string, day: string) => `${name} is away until ${day}.`,
    cover: (name: string) => `${name} stands in.`,
    coverWrite: (name: string) => `Write to ${name}`,
    covering: (name: string, whom: string) => `${name} stands in for ${whom}.`,
    coveringUntil: (name: string, whom: string, day: string) => `${name} stands in for ${whom} until ${day}.`,
    goes: (seconds: number) => `Goes ${span(seconds)} after it is sent.`,
    partly: (names: readonly string[]) => `${have(names, "is", "are")} not set up for sealed messages yet and will not get this.`,
    notUrgent: "Not for emergencies.",
    crisis: "Help now",
    discardAct: "Throw away",
  },

  closed: {
    contact_over: {
      words: (name: string) => `You and ${name} can't write to each other here any more. You can still read what was written.`,
      act: "Write to somebody else",
    },
    left: { words: () => "You are no longer in this conversation. You can still read what was written while you were.", act: "Write to somebody else" },
    removed: { words: () => "You were taken out of this conversation. You can still read what was written while you were in it.", act: "Write to somebody else" },
    alone: { words: () => "Nobody else is in this conversation any more.", act: "Write to somebody else" },
    not_set_up: {
      words: (name: string) => `${name} is not set up for sealed messages yet, so nothing can be sent. They set it up on their own device, under Messages.`,
      act: "",
    },
    no_roster: {
      words: () => "Waiting until the person who looks after this conversation opens it again. Only they can say who belongs here.",
      act: "",
    },
    identity_changed: {
      words: (name: string) =>
        `The keys of ${name} have changed. That happens with a new phone, or when somebody starts anew. It could also be somebody else. Nothing is sent until you have looked at it.`,
      act: "Look at it",
    },
    confirm: "Your old keys are gone, so this device does not know any more who belongs here. These people are on the server's list. Are they the right ones?",
    confirmAct: "Yes, only these",
    own_identity_changed: { words: () => "Your own keys have changed, and not from this device. Nothing is sent until you have looked at it.", act: "Look at it" },
  },
  draft: { title: "What you had begun to write", copy: "Copy the words" },

  file: {
    open: (name: string) => `Open the picture ${name}`,
    save: (name: string) => `Save ${name}`,
    saveShort: "Save",
    loading: "Opening",
    failed: "It did not open.",
    progress: (percent: number) => `${percent} %`,
    wrong: "What came is not what was sent, so it is not opened.",
    offline: "No line just now. Try again when it is back.",
    gone: "The file is not there any more.",
  },

  report: {
    title: (name: string) => `Report a message by ${name}`,
    lead: "What you report can be checked: nobody can change the words, and nobody can make them up. All other messages stay sealed.",
    form: "Who should read it?",
    sealed: "Only the people named here",
    sealedHint: (names: readonly string[], n: number) =>
      names.length ? `Sealed for ${list(names)}. Nobody else can read the words.` : `Sealed for ${count(n, "person", "people")} of the practice's staff. Nobody else can read the words.`,
    sealedNone: "At the moment nobody of the staff could open a sealed report from here.",
    open: "Everybody who looks at reports from here",
    openHint: "That is your group's facilitators, or the practice's admins when one of you is staff. Never anybody who is in this conversation. The words of this one message come to them in clear; everything else stays unknown to them.",
    category: "What is it about?",
    note: "Do you want to add something?",
    noteHint: "Whoever looks at the report can read this note.",
    send: "Send the report",
    sent: "Thank you. Your report is there.",
    sentSealed: (n: number) => `Thank you. Your report is there, and ${count(n, "person", "people")} can open the words.`,
    sentNobody: "Thank you. Your report is kept, but at the moment there is nobody outside this conversation who could look at it. It stays for whoever comes to look after reports.",
    unreached: "Your report is there, but nobody could be given the words. You can report it once more in the open form.",
    told: "They see that it was you who reported it. The person you report is not told.",
    noProof: "This message can't be reported, because this device can't prove what it says.",
    loading: "Looking who can read it",
  },

  care: {
    label: "A note of care, for you only",
    title: "We are glad you wrote this",
    own: "This device saw some words in what you sent. It told nobody. Only you can see this card.",
    words: {
      suicide: [
        "Your message has gone out as you wrote it. It can take a while until somebody reads it.",
        "If you might hurt yourself, or you are not safe, please call now. You can also go to the nearest hospital, or ask someone to stay with you.",
      ],
      self_harm: [
        "Your message has gone out as you wrote it. It can take a while until somebody reads it.",
        "You do not have to get through this by yourself. If you are hurt, or you might go on, please call now.",
      ],
      overdose: [
        "If you have taken too much of something, or you are hurt, call the emergency number now. Do it even if you feel well.",
        "Do not wait for an answer here. Nobody may read this for hours.",
      ],
      others: [
        "Nobody may hurt you. It is not your fault.",
        "If you are in danger, call the emergency number. If it is not safe to talk, leave the place if you can, and call from there.",
      ],
    },
    lines: "People you can call",
    more: "More that may help",
    tell: "Tell my therapist",
    tellName: (name: string) => `Tell ${name}`,
    tellFacilitator: "Tell my facilitator",
    line: "I am not doing well, and I would like to talk to you soon.",
    plan: "My safety plan",
    grounding: "A calm minute",
    close: "Close this card",
    announce: "There is a note of care for you above the text box. Only you can see it.",
  },
};
