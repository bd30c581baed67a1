/** Words of the page that says how sealed messages are protected, and how far that goes. Reading grade 8. */

export const protection = {
  title: "How this is protected",
  lead: "Plain words about what is locked, what is not, and what nobody can promise.",
  back: "Messages",

  parts: [
    {
      title: "What is locked",
      words: [
        "Your messages, files and pictures are locked on your device before they leave it. They are opened only on the devices of the people in the conversation. This is called end-to-end encryption.",
        "Your posts in groups are not part of this. Your group and its facilitators read them, and the practice can too.",
      ],
      list: [],
    },
    {
      title: "What this server sees",
      words: ["It carries your messages, so it knows:"],
      list: [
        "who has a conversation with whom, and who joined or left",
        "when something was sent, from which device, and about how long it is",
        "how many files there are, and how large",
        "which devices you have, what you call them, and when they were last used",
        "that a message was erased, or that somebody reported one",
      ],
    },
    {
      title: "A key that your practice may hold",
      words: [
        "Some practices must be able to get at what their staff write: in an emergency, or for records. Such a practice can ask its staff for a copy of their recovery key, locked so that only the practice can open it.",
        "Then the line above each conversation with that person says so. To use it, an admin must give a reason in writing, and everybody in the conversation sees that it was taken out, and when. A dishonest server could hide that; a dishonest practice could skip the reason. Clients never leave a copy.",
      ],
      list: [],
    },
    {
      title: "What it can’t read or do",
      words: [],
      list: [
        "read your messages, files, or the names of files",
        "read the title of a circle",
        "read your backup, or find out your recovery key",
        "add a device to your account that can read along",
        "let somebody into a conversation so that they can read it",
        "change a message, or show it as somebody else’s",
      ],
    },
    {
      title: "What it could lie about",
      words: ["A server that was taken over, or that means harm, could still try some things. Most of them can be noticed:"],
      list: [
        "When you meet somebody here for the first time, it could hand you false keys and stand between you. Comparing emoji shows that, once and for good.",
        "It could hold a message back. Each device counts what it sends, so a gap shows in the conversation.",
        "It could say a wrong time. Your device compares clocks and tells you.",
        "It could keep what you erased. It can’t read it, but it may not be gone.",
        "It could stop working, or lose everything.",
      ],
    },
    {
      title: "What comparing emoji is good for",
      words: [
        "Both of you see seven emoji that are worked out from your keys. If they are the same, you hold each other’s real keys, and nobody stands between you. If somebody did, they would differ.",
        "It only works when you know that it is really the other person: on the phone, or side by side. In a message, whoever stands between could change the emoji too.",
        "From then on you are told when their keys change, and nothing is sent until you have looked at it.",
      ],
      list: [],
    },
    {
      title: "Files",
      words: [
        "Each file gets a key of its own. The server keeps a locked package and knows its size. The name, the type and the small picture are locked as well.",
        "A file that you save leaves the lock: then it lies on your device like any other.",
      ],
      list: [],
    },
    {
      title: "Backup and recovery key",
      words: [
        "So that a new device can show old messages, your keys are kept on the server in a locked box. Your recovery key opens it, and nothing else does. We do not have it.",
        "If you lose all your devices and the recovery key, the messages are gone for you. Nobody can bring them back.",
      ],
      list: [],
    },
    {
      title: "Messages that disappear",
      words: [
        "A conversation can let its messages go after a time. The server then drops them, and the screens of everybody in it as well.",
        "This is a kindness between people, not a guarantee. Somebody may have copied a message before, and a server that lies may keep its locked package.",
      ],
      list: [],
    },
    {
      title: "When somebody reports a message",
      words: [
        "Whoever gets a message can report it. They then show that one message, and a stamp proves that it was really sent. Nothing else of the conversation is shown.",
      ],
      list: [],
    },
    {
      title: "What no lock helps against",
      words: [],
      list: [
        "Somebody who sits at your unlocked device reads what you can read. The quick exit and the time-out lock it.",
        "People in a conversation can copy, photograph or save what they read, and pass it on.",
        "A device with harmful software on it can read what is on its screen.",
      ],
    },
    {
      title: "Has this been examined?",
      words: [
        "The innermost part, a library named vodozemac, was examined by independent experts in 2022. Above it stands the Matrix project’s crypto library. We know of no public examination of that part, and none of our own part above both.",
        "All of it is open: anybody can read how it is made.",
      ],
      list: [],
    },
    {
      title: "The weak point that stays",
      words: [
        "The program that locks your messages is part of this page, and this page comes from this server. A server that was taken over could hand you a changed page that gives your messages away.",
        "We make that harder. The page takes no program from anywhere else, and fingerprints of what we publish can be compared. But there is no complete cure for this in a browser, and we do not want to pretend that there is.",
      ],
      list: [],
    },
  ],
} as const;
