/** Words about how well flagging works in a group. Only staff load them. */

import { review } from "./en_review";

const count = (n: number, one: string, many: string) => (n === 1 ? `1 ${one}` : `${n} ${many}`);
const flags = (n: number) => count(n, "flagged post", "flagged posts");

export const flagging = {
  title: "How well flagging works",
  lead: "What rules and the model noticed, held against what you decided. Only posts of members who let a program score them are in it.",
  since: (day: string) => `Since ${day}, when the present model began to read here.`,
  noModel: "No model reads here yet. Either none is switched on, or nobody in this group lets a program score their posts. Word rules always run.",

  recall: "What it finds",
  unknown: (decided: number, needed: number) => `Not yet known: ${decided} of ${needed} posts drawn by chance are decided.`,
  unknownHow: (of: number) =>
    `About one in ${of} posts that nothing spoke up about is drawn by chance. It is shown as usual, and stands at the end of the review queue. What you decide about it tells how much flagging misses.`,
  nothing: "Nothing needed a look so far: not what was flagged, and not what was drawn by chance.",
  range: (low: string, high: string) => `Flagging most likely finds between ${low} and ${high} of what needs a look.`,
  atLeast: (low: string) => `Flagging most likely finds at least ${low} of what needs a look.`,
  foundNone: "Flagging has found nothing so far, and something needed a look.",
  guess: (value: string) => `The best guess is ${value}. Nine times out of ten the truth lies in this range.`,
  guessNone: "Nine times out of ten that is true.",
  wide: "That is a wide range, because few posts were decided so far. Each one makes it narrower.",
  restsOn: (found: number, missed: number, decided: number) =>
    `${flags(found)} needed a look. Of ${decided} posts drawn by chance, ${missed === 0 ? "none" : missed} had been missed.`,

  alarms: "False alarms of the model",
  alarmsNone: "Nothing that the model flagged is decided yet.",
  alarmsAre: (wrong: number, decided: number, share: string) => `${wrong} of ${flags(decided)} were fine: ${share}.`,
  kind: "Kind of flag",
  wasFine: "Was fine",
  share: "Share",
  of: (n: number, all: number) => `${n} of ${all}`,

  shifts: "Thresholds in this group",
  shiftsAbout: (needed: number) =>
    `After ${needed} decisions about one kind of flag, its threshold may move a little by itself. It goes up when most were false alarms, and down when nearly none were, by 10 points of 100 at most. What may be a danger to somebody never counts later by itself.`,
  shiftsNone: "No threshold has moved. Each is where it is in every group.",
  later: (points: string) => `Counts later, by ${points} ${points === "1" ? "point" : "points"}`,
  sooner: (points: string) => `Counts sooner, by ${points} ${points === "1" ? "point" : "points"}`,
  shiftRests: (decided: number, wrong: number) => `Rests on ${decided} decisions, ${wrong === 0 ? "none" : wrong} of them ${wrong === 1 ? "a false alarm" : "false alarms"}.`,
  reset: "Put the thresholds back",
  resetTitle: "Put the thresholds back?",
  resetDetail: (needed: number) =>
    `All kinds of flags will count here as they do in every group. A threshold moves again only after ${needed} new decisions about its kind.`,
  resetDo: "Put them back",
  resetDone: "The thresholds are back where they are in every group.",

  outputs: {
    ...review.labels,
    method: "Names a method",
    concern: "Worry about somebody else",
  } as Record<string, string>,
};
