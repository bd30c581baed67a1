/** Words of the first steps. Reading grade 6 where safety and consent are concerned. */

export const welcome = {
  step: (n: number, of: number) => `Step ${n} of ${of}`,
  next: "Go on",
  back: "Back",
  skip: "Skip the rest",
  done: "Done",
  again: "Show the first steps again",
  againLead: "What this place is, who reads what, and what you can choose.",

  offer: {
    title: "New here?",
    detail: (n: number) => `In ${n} short steps you see what this place is, who reads what you write, and what you can choose.`,
    start: "Show me",
    later: "Not now",
    gone: "You can see them at any time under Me.",
  },

  place: {
    title: (practice: string) => `Welcome to ${practice}`,
    lead: "This is where your group stays in touch between its sessions. Here is who can read what.",
    leadStaff: "This is where your groups stay in touch between their sessions. Here is who can read what.",
    group: "In a group",
    groupDetail: "All members of that group and its facilitators. They see you by the name you chose for the group.",
    sealed: "In private messages",
    sealedDetail: "Only the people in it. They are sealed on your device, so the practice cannot read them.",
    own: "Your own notes",
    ownDetail: "Only you, for example your safety plan. You can share it, and stop sharing it.",
    staffLook: "When you look",
    staffLookDetail: "Each time staff open something of a member's in the queue, that is written down, and the member can see it.",
    also: "Only a post that somebody should look at first waits for a facilitator.",
  },

  you: {
    title: "You",
    lead: "A few things, so that times are right and nights are quiet.",
    name: "Your name",
    nameHint: "For the practice. In a group you go by the name you chose there.",
    mark: "This stands beside what you write. We do not use pictures of people.",
    quiet: "Quiet hours",
    quietHint: "You can change them later under Me, How to reach me.",
  },

  agree: {
    title: "What you agree to",
    lead: "Each of these is your choice. All are off until you switch them on. You can take part in everything without them, and change your mind at any time.",
  },

  hard: {
    title: "When it gets hard",
    notice: "This place is not for emergencies. Nobody reads here all the time.",
    noticeDetail: "If you are in danger, call your local emergency number or a help line. “Crisis help” at the top of each page has the numbers.",
    help: "Show help lines",
    plan: "Your safety plan",
    planDetail: "What helps you in a bad hour, in your own words. It opens without a line, too.",
    planOpen: "Open it in a new tab",
    calm: "A calm minute",
    calmDetail: "Two short exercises to breathe and to arrive.",
    leave: "Leave fast",
    leaveDetail: "Somebody walks in? “Leave fast” at the top, or pressing Shift three times, hides this page at once and signs you out.",
  },

  work: {
    title: "Your work here",
    lead: "What waits for you is on Home. These are the places behind it.",
    queue: "Review",
    queueDetail: "Posts that wait for a look, reports, and requests. Calls for help come first.",
    duty: "On duty",
    dutyDetail: "Each group has a roster. Members see when somebody is there, and calls for help go to whoever is.",
    sessions: "Sessions",
    sessionsDetail: "Plan them, run them, and write the summary for those who could not come. Nothing leaves before you approve it.",
    away: "Time away",
    awayDetail: "Under Me you say when you are away and who covers. Your clients read it before they write.",
  },

  reach: {
    title: "How we reach you",
    lead: "When something is there for you, we can tell you. Such a note says only that there is something: no name, no group, none of your words.",
    device: "On this device",
    mail: "By mail",
    mailTo: (email: string) => `To ${email}. Tell me by mail about:`,
    kinds: {
      "session.reminder": "a session that is coming up",
      "summary.published": "the summary of a session I missed",
      "message.waiting": "a private message I have not read",
    } as Record<string, string>,
    more: "You can choose more finely at any time under Me, How to reach me.",
  },
};
