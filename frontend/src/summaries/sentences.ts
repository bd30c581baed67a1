/** Sentences of a post, so that each can be asked for by itself. */

const SHORTEST = 12;

interface Segmenter {
  segment: (text: string) => Iterable<{ segment: string }>;
}

/** The sentences of a text, without those that are too short to say anything. */
export function sentencesOf(text: string, language = "en"): string[] {
  const segmenter: Segmenter = new Intl.Segmenter(language, { granularity: "sentence" });
  return text
    .split(/\n+/)
    .flatMap((line) => [...segmenter.segment(line)].map(({ segment }) => segment.trim()))
    .filter((sentence) => [...sentence].length >= SHORTEST);
}
