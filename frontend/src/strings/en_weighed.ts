/** Words about the words that weighed most: facilitators read them in the queue, authors under "My flags". */

export const weighed = {
  label: "Words that weighed most:",
  phrase: (words: string) => `“${words}”`,
  hint: "This is a hint, and no reason in itself. What counts is the whole of it.",
  none: "No single words stand out. It is the whole that was noticed.",
  untold: "Which words weighed most cannot be told for this one.",
  loading: "Looking for the words that weighed most …",
  failed: "The words that weighed most could not be found just now.",
  other: "Found by another version than the one that noticed it.",
  part: "There was no time to weigh every word.",
  show: "Which words weighed most?",
  hide: "Fold these words",
};
