/** Words of the second step: signing in with it, setting it up, confirming that it is you, and where you are signed in. */

const count = (n: number, one: string, many: string) => (n === 1 ? `1 ${one}` : `${n} ${many}`);

const BROWSERS: Record<string, string> = {
  chrome: "Chrome",
  edge: "Edge",
  firefox: "Firefox",
  opera: "Opera",
  safari: "Safari",
  samsung: "Samsung Internet",
};

const SYSTEMS: Record<string, string> = {
  android: "Android",
  chromeos: "ChromeOS",
  ipad: "an iPad",
  iphone: "an iPhone",
  linux: "Linux",
  mac: "a Mac",
  windows: "Windows",
};

export const security = {
  title: "Sign-in and security",
  lead: "How you get in, and where you are signed in now.",
  wayLead: "Second step, passkeys, and where you are signed in",

  offer: "Would you like a second step when you sign in? Then nobody gets in with your password alone.",
  offerShow: "Show me how",
  offerLater: "Not now",

  step: {
    title: "One more step",
    lead: "Your password was right. Now show that it is you.",
    code: "Code from your authenticator app",
    codeHint: "Six digits. It changes every half a minute.",
    codeNeeded: "Please type the code.",
    recovery: "Recovery code",
    recoveryHint: "One of the ten that you kept. Each works once.",
    submit: "Sign in",
    passkey: "Use a passkey",
    useApp: "Use the authenticator app",
    useRecovery: "Use a recovery code",
    over: "Start again",
    lost: "Lost all of these? An admin of your practice can reset your second step.",
    late: "That took a while. Please start again with your password.",
  },

  passkey: {
    signIn: "Sign in with a passkey",
    failed: "No passkey was used",
    failedDetail: "It was cancelled, took too long, or there is none for this site on this device. You can try again, or use another way.",
    exists: "This device has a passkey for you already",
    existsDetail: "You can use it as it is.",
    elsewhere: "Passkeys do not work at this address",
    elsewhereDetail: (at: string) => (at ? `Open this site at ${at} to use passkeys.` : "They need a site with a name of its own."),
    unable: "This browser cannot use passkeys.",
  },

  confirm: {
    title: "Confirm that it is you",
    lead: "You are about to change something that protects you. This makes sure that nobody else does.",
    password: "Your password",
    submit: "Confirm",
  },

  app: {
    title: "Authenticator app",
    lead: "An app on your phone shows a new code every half a minute. You type it after your password.",
    none: "Not set up.",
    since: (when: string) => `Set up ${when}`,
    set: "Set up an app",
    setTitle: "Set up an authenticator app",
    scan: "Open the app and scan this picture. Any authenticator app will do.",
    picture: "QR code for your authenticator app",
    orType: "Or type this key into the app",
    copy: "Copy the key",
    copied: "Key copied.",
    open: "Open it in an app on this device",
    code: "The code that the app shows",
    done: "Turn it on",
    added: "Your authenticator app is set up.",
    remove: "Remove",
    removeTitle: "Remove the authenticator app?",
    removeDetail: "Its codes stop working here. Without another second step, your password alone lets you in.",
    removed: "The authenticator app is removed.",
  },

  passkeys: {
    title: "Passkeys",
    lead: "Your phone, your computer or a security key shows that it is you, with a finger, your face or a PIN. A passkey works without a password, too.",
    none: "No passkey yet.",
    since: (when: string) => `Added ${when}`,
    used: (when: string) => `last used ${when}`,
    add: "Add a passkey",
    name: "What do you call it?",
    nameHint: "So that you know it again: for example, my phone.",
    named: "My passkey",
    make: "Go on",
    added: (name: string) => `${name} is added.`,
    rename: "Rename",
    renameTitle: "Rename this passkey",
    renamed: "Renamed.",
    remove: "Remove",
    more: (name: string) => `More for ${name}`,
    removeTitle: (name: string) => `Remove ${name}?`,
    removeDetail: "It stops working here. Your device may still list it; you can delete it there too.",
    removed: (name: string) => `${name} is removed.`,
  },

  recovery: {
    title: "Recovery codes",
    lead: "For when your phone is lost. Each code works once in place of the second step.",
    none: "They come when you set up an app or a passkey.",
    left: (n: number, total: number) => `${n} of ${total} left`,
    few: "Only a few are left. Make new ones while you can.",
    renew: "Make new codes",
    renewTitle: "Make new recovery codes?",
    renewDetail: "The old ones stop working at once. You see the new ones one time.",
    showTitle: "Keep these codes",
    showLead: "This is the one time you see them. Keep them where you would keep a spare key, not on this device alone.",
    list: "Recovery codes",
    copy: "Copy",
    copied: "Codes copied.",
    save: "Save as a file",
    file: "recovery-codes.txt",
    fileHead: (practice: string) => `Recovery codes for ${practice}. Each works once.`,
    print: "Print",
    kept: "I have kept them",
    keptNeeded: "Please keep the codes first, then tick this.",
    done: "Done",
  },

  places: {
    title: "Where you are signed in",
    lead: "Each browser that is open to you now. Sign out what you do not know, and choose a new password.",
    here: "this one",
    name: (browser: string, system: string) => {
      const app = BROWSERS[browser] ?? "A browser";
      return SYSTEMS[system] ? `${app} on ${SYSTEMS[system]}` : app;
    },
    since: (when: string) => `Since ${when}`,
    active: (when: string) => `last used ${when}`,
    out: "Sign out",
    outOf: (name: string) => `Sign out ${name}`,
    ended: (name: string) => `${name} is signed out.`,
    others: "Sign out everywhere else",
    othersTitle: "Sign out everywhere else?",
    othersDetail: "Only this browser stays signed in. What was written elsewhere is kept on those devices.",
    othersEnded: (n: number) => `Signed out of ${count(n, "other place", "other places")}.`,
    only: "You are signed in only here.",
  },

  setUp: {
    title: "One thing before you start",
    lead: "People trust this practice with a lot. Everybody on the staff signs in with a second step, so that a password alone never opens it. It takes about two minutes.",
    choose: "Choose your second step",
    step: (n: number) => `Step ${n} of 3`,
    app: "An authenticator app",
    appDetail: "An app on your phone shows a code. Works everywhere.",
    passkey: "A passkey",
    passkeyDetail: "Your device knows you by finger, face or PIN.",
    other: "Choose another way",
    codes: "Keep your recovery codes",
    go: "Go on",
    later: "Sign out for now",
    done: "Your second step is set up.",
  },

  reset: {
    label: "Reset second step",
    title: (name: string) => `Reset the second step of ${name}?`,
    detail:
      "For a lost phone. Be sure that it is really they who ask: call them back, or see them. Their passkeys, app and recovery codes stop working, they are signed out everywhere and get a mail. They sign in with their password then.",
    action: "Reset second step",
    done: (name: string) => `The second step of ${name} is reset.`,
  },
};
