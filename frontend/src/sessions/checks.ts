/** What is wrong with what somebody typed into a form about sessions, in words; empty where it is fine. */

import { sessions } from "../strings/en_sessions";
import { isDay, timesOf, type Plan } from "./rule";
import { momentOf } from "./zones";

const words = sessions.plan;
export const LEAST_MINUTES = 15;
export const MOST_MINUTES = 480;
const MOST_COUNT = 200;

const whole = (text: string, least: number, most: number) => /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most;

export const dayTrouble = (day: string) => (isDay(day) ? "" : words.wrongDay);
export const timeTrouble = (time: string) => (/^\d\d:\d\d$/.test(time) ? "" : words.wrongTime);
export const minutesTrouble = (minutes: string) => (whole(minutes.trim(), LEAST_MINUTES, MOST_MINUTES) ? "" : words.wrongMinutes);
export const titleTrouble = (title: string) => (title.trim() ? "" : words.wrongTitle);
export const linkTrouble = (link: string) => (link.trim() && !/^https?:\/\/[^\s/]+\S*$/i.test(link.trim()) ? words.wrongLink : "");

/** What is wrong with the days of a plan, by field. `count` is what was typed. */
export function planTroubles(plan: Plan, count: string, now: number): Record<string, string> {
  const troubles: Record<string, string> = { from: dayTrouble(plan.from), time: timeTrouble(plan.time) };
  if (plan.repeat !== "once") {
    if (plan.ends === "count" && !whole(count.trim(), 1, MOST_COUNT)) troubles.count = words.wrongCount;
    if (plan.ends === "until") troubles.until = dayTrouble(plan.until) || (plan.from && !timesOf(plan, 1).length ? words.wrongUntil : "");
  } else if (!troubles.from && !troubles.time && momentOf(`${plan.from}T${plan.time}`, plan.zone) <= now) {
    troubles.from = words.past;
  }
  return troubles;
}
