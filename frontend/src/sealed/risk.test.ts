import { describe, expect, it } from "vitest";
import { riskIn, type Risk } from "./risk";

const FOUND: readonly (readonly [Risk, string])[] = [
  ["suicide", "I want to die."],
  ["suicide", "i just wanna die"],
  ["suicide", "Honestly, I don’t want to live anymore"],
  ["suicide", "I do not want to be here any more."],
  ["suicide", "I wish I was dead"],
  ["suicide", "I wish I'd never been born. I wish I had never been born."],
  ["suicide", "I hope I don't wake up tomorrow"],
  ["suicide", "I'm feeling suicidal again"],
  ["suicide", "Suicidal tonight"],
  ["suicide", "The suicidal thoughts are back and they are loud"],
  ["suicide", "I keep having suicidal thoughts"],
  ["suicide", "I keep thinking about killing myself"],
  ["suicide", "Lately I have been thinking about suicide"],
  ["suicide", "I can't stop thinking about dying"],
  ["suicide", "I'm going to kill myself"],
  ["suicide", "I might as well kill myself"],
  ["suicide", "i want to kms"],
  ["suicide", "I could just end it all"],
  ["suicide", "I have decided to end my life"],
  ["suicide", "I can’t go on."],
  ["suicide", "I can't go on like this"],
  ["suicide", "There is no point in living"],
  ["suicide", "I see no reason to go on"],
  ["suicide", "My life is not worth living"],
  ["suicide", "Everyone would be better off without me"],
  ["suicide", "Nobody would notice if I died"],
  ["suicide", "I have a plan to kill myself"],
  ["suicide", "I have the pills right here next to me"],
  ["suicide", "I've been saving up my tablets"],
  ["suicide", "I am standing on a bridge"],
  ["suicide", "I wrote it all down. I have written a goodbye letter."],
  ["suicide", "By the time you read this I will be gone"],
  ["suicide", "I tried to kill myself last night"],
  ["suicide", "I feel like jumping. I want to jump off a bridge"],
  ["suicide", "Goodbye world"],
  ["suicide", "Work was fine. Lunch was fine.\nI want to fall asleep and never wake up"],
  ["overdose", "I took all my pills"],
  ["overdose", "I've just swallowed 30 paracetamol"],
  ["overdose", "I have taken an overdose"],
  ["overdose", "i overdosed"],
  ["overdose", "I took a whole bottle of sleeping pills and I want to die"],
  ["overdose", "I cut too deep"],
  ["self_harm", "I cut myself again"],
  ["self_harm", "I want to hurt myself"],
  ["self_harm", "I self-harmed last night"],
  ["self_harm", "The urge to cut is so strong"],
  ["self_harm", "I have started cutting again"],
  ["self_harm", "I’m scared of what I might do to myself"],
  ["self_harm", "I don't trust myself to be alone tonight"],
  ["others", "He hits me"],
  ["others", "My husband punched me yesterday"],
  ["others", "My partner has been choking me"],
  ["others", "My ex threatened to kill me"],
  ["others", "I'm afraid he will hurt me"],
  ["others", "I am scared to go home"],
  ["others", "I'm not safe here"],
  ["others", "I don't feel safe at home"],
  ["others", "I was raped last weekend. I was raped by somebody I know"],
  ["others", "She won't let me leave the house"],
];

const NOTHING: readonly string[] = [
  "I could kill for a coffee",
  "I am dead tired",
  "I was dying to tell you about it",
  "I nearly died laughing",
  "I wanted to die of embarrassment",
  "That cake was to die for",
  "My phone died",
  "This heat is killing me",
  "You are killing it at work",
  "My mum is going to kill me when she sees the car",
  "I could kill myself for forgetting the milk",
  "I am killing myself with work and need a holiday",
  "I shot down the idea before I could shoot myself in the foot",
  "I have been thinking about dying my hair red. I am thinking about dying my hair",
  "I ran 5 kms this morning",
  "I don't want to live in London",
  "I don't want to be here, can we meet in the other room?",
  "I can't go on holiday this year",
  "I won't be here tomorrow, I am at the dentist",
  "I am not suicidal",
  "I don't want to die",
  "I no longer want to die",
  "I don't have suicidal thoughts at the moment",
  "I used to want to die. I used to cut myself",
  "Years ago I tried to kill myself",
  "When I was 15 I took an overdose",
  "My uncle died by suicide",
  "She told me she wants to die and I worry about her",
  "We watched Suicide Squad. I was thinking about Suicide Squad",
  "The suicide prevention course was good",
  "I cut myself shaving",
  "I cut myself on a tin, nothing bad",
  "I hurt myself playing football",
  "I burned myself on the oven",
  "I cut some bread and myself some slack",
  "I took two paracetamol for my head",
  "I took 10 mg as you said",
  "I took all the boxes to the attic",
  "I forgot my pills",
  "He beats me at chess every time",
  "She kicked me out of the kitchen",
  "That song hit me hard. It hit me that he is gone",
  "He hurt me so much when he left",
  "My father used to hit me when I was a child",
  "The bus nearly hit me",
  "I feel safe here",
  "I would like to end it with him",
  "What is the point of this form?",
  "I want to sleep",
  "Goodbye everyone, see you on Monday",
  "",
  "...",
];

describe("words of somebody in danger", () => {
  it.each(FOUND)("%s: %s", (risk, text) => expect(riskIn(text)).toBe(risk));
});

describe("words that are none", () => {
  it.each(NOTHING)("%s", (text) => expect(riskIn(text)).toBeNull());
});

it("the gravest counts, wherever it stands", () => {
  expect(riskIn("He hits me. I want to hurt myself. I want to die.")).toBe("suicide");
  expect(riskIn("I want to die. I took all my pills.")).toBe("overdose");
});

it("looks at a very long text in a moment", () => {
  const started = performance.now();
  for (const text of ["i really just want to really just ".repeat(1000), "he has really just ".repeat(2000), "i have the pills ".repeat(2000)]) riskIn(text);
  expect(performance.now() - started).toBeLessThan(1500);
});
