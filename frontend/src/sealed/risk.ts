/** Words in which somebody may say that they are in danger, looked for on this device when something was sent.
 *
 * What is found goes nowhere: it brings the card under the message. The lists are short on purpose, for one person who writes
 * about themselves, in English, now. `[x]` may be there, `(a|b)` is one of them, `{x}` is one of a set, `*` is up to three
 * words, `#` a number over nine, `<` and `>` are the ends of a sentence. Every gap has an end, so the time grows with the text only.
 */

export type Risk = "overdose" | "suicide" | "self_harm" | "others";

const MOST_CHARACTERS = 32_768;

const SETS: Readonly<Record<string, string>> = {
  adv: "really|just|still|so|also|actually|honestly|often|sometimes|always|very|only|now|again|seriously|truly|even|literally|constantly|secretly|badly|simply|truthfully|kind of|sort of|probably|definitely|maybe",
  self: "myself|my self",
  pills: "(pill|pills|tablet|tablets|meds|medication|medicine|paracetamol|paracetamols|ibuprofen|sleeping (pills|tablets)|antidepressants|painkillers|codeine|aspirin|diazepam|insulin|tramadol|xanax|valium|tylenol)",
  blade: "(blade|blades|razor|razors|razor blade|razor blades|rope|noose|gun|knife)",
  vehicle: "(train|tube|bus|car|lorry|truck|tram)",
  end: "kill {self}|kms|end my [own] life|take my [own] life|end it all|hang {self}|shoot {self}|drown {self}|commit suicide|overdose|take an overdose|take all [of] (my|the) {pills}|slit my wrists|cut my wrists|top {self}|off {self}|unalive {self}|do away with {self}|(jump|throw {self}) (off|from|in front of|under) (a|the|that|my) (bridge|building|roof|cliff|balcony|window|{vehicle})|step in front of (a|the) {vehicle}",
  ending: "killing {self}|ending my [own] life|taking my [own] life|ending it all|hanging {self}|shooting {self}|drowning {self}|committing suicide|suicide|taking an overdose|overdosing|jumping (off|from|in front of) (a|the|that) (bridge|building|roof|cliff|balcony|{vehicle})",
  die: "die|be dead|not wake up|never wake up|not exist|stop existing|cease to exist|(go to sleep|fall asleep) and (never|not) wake up|disappear for ever|disappear forever",
  harm: "hurt {self}|harm {self}|cut {self}|burn {self}|punish {self}|self harm|self injure",
  someone: "(he|she|they|somebody|someone|my [own] [ex] (husband|wife|partner|boyfriend|girlfriend|ex|dad|father|mum|mom|mother|stepdad|stepfather|stepmum|stepmother|brother|sister|son|daughter|uncle|cousin|flatmate|carer|landlord))",
  hits: "(hit|hits|beat|beats|punched|punches|kicked|kicks|strangled|strangles|choked|chokes|slapped|slaps|raped|rapes|abuses|abused|molests|molested)",
};

/** Ways of speaking, taken out before anything is looked for. */
const SPOKEN: readonly string[] = [
  "kill {self} (laughing|with laughter|for|trying|working|over)",
  "(killing|killed) {self} (laughing|for|over|working|to|with work)",
  "(die|dying|dead) (of|from|with) (embarrassment|shame|laughter|laughing|boredom|hunger|thirst|heat|curiosity|happiness|cringe|cold|envy|excitement)",
  "(die|dying) (laughing|inside|on stage|of old age)",
  "(dying|die) (to|for) (know|see|hear|meet|try|tell|a|an|some|that|this|one|get|eat|read|go|find|have)",
  "(dying|dyeing) (my|her|his|your|the|it|our)",
  "to die for",
  "shoot {self} in the foot",
  "hang {self} (out|up)",
  "cut {self} (shaving|cooking|chopping|slicing|peeling|gardening|on|some|off|while|when|opening|a|loose|short|with (a|the) (kitchen|bread|paper))",
  "(hurt|burned|burnt|burn|hit) {self} (playing|running|lifting|falling|at|in|on|when|while|with the|cooking|ironing|dancing|skiing|cycling)",
  "(beats|beat) me (at|in|to|by|up about)",
  "kicked me (out|off|up)",
  "(choked|chokes) me up",
  "hits me (up|how|that|like)",
  "hit me (up|with|that|how|like|on)",
  "suicide (squad|prevention|awareness|helpline|hotline|bereavement)",
];

/** What makes a sentence speak of long ago. */
const PAST: readonly string[] = [
  "(years|year|months|decades|ages) ago",
  "when i was (#|a|young|younger|little|small|at|in|about|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty)",
  "as a (child|kid|teen|teenager|boy|girl|student)",
  "(used to|back then|back in|in my (teens|twenties|thirties|past|youth|childhood))",
];

const SAYS: readonly (readonly [Risk, readonly string[]])[] = [
  [
    "overdose",
    [
      "i [have] [{adv}] (took|taken|swallowed|downed) [{adv}] (too many|way too many|all|all of|the whole|a whole|the rest of|a lot of|lots of|loads of|a load of|a bunch of|a handful of|#|twenty|thirty|forty|fifty) [of] [my|the|those] [bottle|box|packet|pack|strip] [of] [my|the] {pills}",
      "i [have] [{adv}] (took|taken) [{adv}] (an overdose|too much [of] [my] {pills})",
      "i [have] [{adv}] overdosed",
      "i have [{adv}] [{adv}] (cut too deep|slit my wrists|cut my wrists)",
      "i [{adv}] (cut too deep|slit my wrists|cut my wrists)",
    ],
  ],
  [
    "suicide",
    [
      "i [{adv}] [{adv}] (want|wanted|need|would like|would love|am ready) to [{adv}] ({die}|{end})",
      "(i am|i have been|<) [{adv}] wanting to [{adv}] ({die}|{end})",
      "(<|just|really) want to [{adv}] ({die}|{end})",
      "(<|just) (going|ready|about) to {end}",
      "i [{adv}] (wish|wished) [that] i (was|were|am) [{adv}] (dead|never born|not alive)",
      "i [{adv}] wish i (had [{adv}] died|had never been born|could [{adv}] {die}|would [{adv}] {die}|did not exist|did not have to (live|wake up))",
      "i [{adv}] (hope|pray) [that] i [{adv}] (do not wake up|never wake up|die|will die|will not wake up|get hit by (a|the) {vehicle})",
      "i (am|have been|was) [{adv}] [{adv}] [feeling|getting] [{adv}] suicidal",
      "i [{adv}] [{adv}] (feel|felt|get|have felt) [{adv}] suicidal",
      "< [{adv}] [feeling] [{adv}] suicidal [again|today|tonight|now]",
      "i (have|am having|was having|keep having|keep getting|get|had|have been having) [{adv}] [{adv}] [a lot of|lots of|many|strong|more|these|such|some|my] [{adv}] suicidal (thoughts|feelings|urges|ideas|ideation|plans)",
      "suicidal (thoughts|feelings|urges|ideation) (are|have) [{adv}] (back|worse|stronger|loud|louder|constant|come back|got worse|getting worse|coming back|returned|unbearable)",
      "i [{adv}] (think|thought|dream|fantasise|fantasize|daydream) [{adv}] (of|about) [{adv}] ({ending}|dying|being dead)",
      "i (am|have been|keep|was|can not stop) [{adv}] [{adv}] (thinking|dreaming|fantasising|fantasizing) [{adv}] (of|about) [{adv}] ({ending}|dying|being dead)",
      "(thoughts|thinking|ideas) (of|about) (killing {self}|ending my [own] life|taking my [own] life|ending it all|hanging {self})",
      "i (do not|no longer|never) [{adv}] want to [{adv}] (live [{adv}] (>|any more|anymore|like this|with this|another)|be alive|exist|wake up (>|any more|anymore|tomorrow|again)|be here (any more|anymore)|be in this world)",
      "i (can not|can no longer) [{adv}] (go on [{adv}] (>|any more|anymore|living|like this)|live [{adv}] (>|any more|anymore|like this|with this)|keep living|be alive)",
      "(no|any|a|see the) (point|reason) (to|in|for) [me] [to] (live|living|go on|going on|keep going|keep living|be alive|being alive|exist|existing|being here)",
      "(not|never) worth living",
      "nothing [left] to live for",
      "(better off|happier|easier) (dead|without me|if i (was|were) (dead|gone|not here|not around)|if i (died|disappeared|killed {self}))",
      "(nobody|no one|who|anybody|anyone) would [{adv}] (notice|care|mind|miss me) if i (died|was gone|were gone|disappeared|was dead|were dead|killed {self}|was not here|were not here)",
      "i (am going|am planning|plan|intend|have decided|decided|am about|need|have) to [{adv}] ({end}|die (tonight|today|tomorrow|soon))",
      "i [{adv}] (will|might|may|could|should) [{adv}] [as well] {end}",
      "i am [{adv}] (killing {self}|ending my life|ending it all) [{adv}] (tonight|today|tomorrow|now|soon|this)",
      "i [{adv}] feel [{adv}] like (killing {self}|ending my life|ending it all|dying)",
      "i [{adv}] (tried|have tried|attempted) to [{adv}] ({end}|die) [{adv}] (>|last|yesterday|today|this|again|on|earlier)",
      "i [{adv}] (attempted|have attempted) suicide (>|last|yesterday|today|this|again|on)",
      "i have [{adv}] (a|my) [suicide] plan (to|for|how) ({end}|{die}|{ending})",
      "i have [{adv}] a suicide plan",
      "i (know|have decided|decided|have worked out) [{adv}] (how|when|where) (i will|i would|i am going to|to) [{adv}] ({end}|die|do it)",
      "i have [{adv}] [got] [a|an|the|my|some|all [of]] [my|the] ({blade}|{pills}) * (ready|next to me|beside me|in my hand|in my hands|in front of me|laid out|lined up|to do it|to end it)",
      "i [have] [{adv}] (saved up|stockpiled|hoarded|been saving|been hoarding|been stockpiling|collected|counted out) [up] [all] [my|the|enough|some] {pills}",
      "i am [{adv}] (standing|sitting|stood) (on|at|by) (a|the) [edge of|top of] [a|the] (bridge|edge|roof|ledge|cliff|railway|tracks|platform edge)",
      "i (have|am) [{adv}] (written|wrote|writing|left|leaving) [{adv}] (my|a|the) (suicide|goodbye|farewell) (note|notes|letter|letters)",
      "by the time you (read|see|get|find) this * (dead|gone)",
      "i will not be (alive|around much longer|around for much longer|here much longer)",
      "goodbye (world|cruel world|for ever|forever)",
      "i would rather (die|be dead) than (live|wake|go on|be alive|feel)",
      "(death|dying|suicide) (is|seems|feels like) [{adv}] (the|my) only (way|option|answer|choice|thing)",
      "i am afraid [that|of what] i (will|might|may|could) ({end}|do [something] to {self}|do to {self})",
      "i do not want to be (saved|rescued|found)",
    ],
  ],
  [
    "self_harm",
    [
      "i [{adv}] [{adv}] (want|wanted|need|have|am going) to [{adv}] {harm}",
      "i [{adv}] (might|could|will|may) [{adv}] {harm}",
      "i [have|have been|am|was|keep|started|can not stop] [{adv}] (cut|cutting|hurting|harmed|harming|burned|burnt|burning|scratching) {self}",
      "i [{adv}] hurt {self} [{adv}] (>|last|again|yesterday|today|this|on purpose|tonight)",
      "i [have] [{adv}] (self harmed|self injured)",
      "(<|have|has|been|am|keep) [{adv}] (self harming|self harmed)",
      "(urge|urges|need|tempted|craving|temptation) to [{adv}] ({harm}|cut [again])",
      "i (am|have|have been|started|went|have started|have gone) [{adv}] [back to] cutting (again|>|every|most|my (arms|arm|legs|leg|thighs|wrists|wrist))",
      "i can not stop cutting",
      "i [have] [{adv}] relapsed * (self harm|cutting|cut)",
      "i (am|was) [{adv}] (scared|afraid|frightened|terrified) [of|that] [what] i (might|will|could|may) (do [something] (to {self}|stupid)|{harm}|do to {self})",
      "i do not trust {self} (to be alone|alone|tonight|to stay safe|to be safe|with (the|my) ({pills}|{blade}))",
      "i [{adv}] (starve|am starving|have been starving) {self}",
    ],
  ],
  [
    "others",
    [
      "{someone} [has|have] [{adv}] [{adv}] {hits} me",
      "{someone} (is|are|was|keeps|keep|has been|have been|started) [{adv}] (hitting|beating|punching|kicking|strangling|choking|slapping|raping|abusing|molesting) me",
      "{someone} [has|have] [{adv}] (threatened|threatens|is threatening|keeps threatening) to [{adv}] (kill|hurt|stab|beat|shoot|hit|harm) (me|us|my [children|kids|son|daughter])",
      "i am [{adv}] (scared|afraid|frightened|terrified) [that] {someone} (will|might|may|could|is going to|are going to) [{adv}] (kill|hurt|hit|beat|harm|find|rape) (me|us)",
      "i am [{adv}] (scared|afraid|frightened|terrified) (of my (husband|wife|partner|boyfriend|girlfriend|ex|dad|father|mum|mom|mother|stepdad|stepfather|son|brother)|to go home|of going home|in my own (home|house|flat)|for my life)",
      "i (was|have been|got|am being) [{adv}] (raped|sexually assaulted|assaulted|attacked|beaten [up]|abused) (>|last|yesterday|today|this|again|on|by|at|tonight)",
      "i am not [{adv}] safe (>|at home|here|with|in|tonight|now|there|where)",
      "i (do not|never|no longer) feel [{adv}] safe (at home|here|with (him|her|them|my)|in my own|in my (home|house|flat)|in this house|tonight|when (he|she|they))",
      "{someone} (will not|does not|do not|never) (let|lets) me (leave|out) [of] (the|my|our|>)",
      "{someone} (locks|locked) me (in|out|inside)",
      "{someone} (forces|forced|is forcing|makes|made) me [to] (have sex|sleep with)",
    ],
  ],
];

const SHORT: readonly (readonly [RegExp, string])[] = [
  [/\b(?:i'm|im|i am)\b/g, "i am"],
  [/\b(?:i've|ive)\b/g, "i have"],
  [/\b(?:i'd)\b/g, "i would"],
  [/\b(?:i'll)\b/g, "i will"],
  [/\b(he|she|they|that|it)'s\b/g, "$1 is"],
  [/\b(?:can't|cant|cannot)\b/g, "can not"],
  [/\b(?:won't|wont)\b/g, "will not"],
  [/\b(do|does|did|is|are|was|were|would|could|should|has|have|had)n'?t\b/g, "$1 not"],
  [/\bwanna\b/g, "want to"],
  [/\b(?:gonna|gunna)\b/g, "going to"],
  [/\banymore\b/g, "any more"],
  [/\bselfharm/g, "self harm"],
  [/\bnoone\b/g, "no one"],
];

function source(pattern: string): string {
  const parts = pattern.match(/[[\]()|]|\{\w+\}|[^\s[\]()|{}]+/g) ?? [];
  return parts.map(part).join("");
}

function part(one: string): string {
  switch (one) {
    case "[":
    case "(":
      return "(?:";
    case "]":
      return ")?";
    case ")":
    case "|":
      return one;
    case "*":
      return "(?:\\S+ ){0,3}?";
    case "#":
      return "\\d{2,3} ";
    default:
      return one.startsWith("{") ? `(?:${source(SETS[one.slice(1, -1)] ?? "")})` : `${one} `;
  }
}

/** A space stands before every word and after the last: whole words only. */
const compile = (patterns: readonly string[], flags = "") => new RegExp(`(?<= )(?:${patterns.map(source).join("|")})`, flags);

interface Lists {
  spoken: RegExp;
  past: RegExp;
  says: readonly (readonly [Risk, RegExp])[];
}

let lists: Lists | null = null;

function read(): Lists {
  lists ??= { spoken: compile(SPOKEN, "g"), past: compile(PAST), says: SAYS.map(([risk, patterns]) => [risk, compile(patterns)]) };
  return lists;
}

/** The sentences of a text, in small letters, without marks, with ` < ` and ` > ` at their ends. */
function sentences(text: string): string[] {
  let plain = text.slice(0, MOST_CHARACTERS).normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[\u2018\u2019\u02bc`´]/g, "'");
  for (const [short, long] of SHORT) plain = plain.replace(short, long);
  return plain
    .split(/[.!?;\n\u2026]+/)
    .map((one) => one.replace(/[^\p{L}\p{N}]+/gu, " ").trim())
    .filter(Boolean)
    .map((one) => ` < ${one} > `);
}

/** What these words may say about who wrote them; null when nothing. The gravest counts. */
export function riskIn(text: string): Risk | null {
  const { spoken, past, says } = read();
  const left = sentences(text)
    .filter((one) => !past.test(one))
    .map((one) => one.replace(spoken, "_ "));
  for (const [risk, pattern] of says) if (left.some((one) => pattern.test(one))) return risk;
  return null;
}
