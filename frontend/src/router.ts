/** Page addresses: which screen a path shows, and moving between them with the history API. */

import type { Component } from "svelte";
import { writable, type Readable } from "svelte/store";

export type ScreenName =
  | "home"
  | "signIn"
  | "reset"
  | "resetKey"
  | "invite"
  | "groups"
  | "groupOpen"
  | "group"
  | "groupSettings"
  | "topic"
  | "review"
  | "metrics"
  | "rules"
  | "roster"
  | "sessions"
  | "appointment"
  | "groupSessions"
  | "planSessions"
  | "session"
  | "sessionRoom"
  | "calendar"
  | "messages"
  | "messagePerson"
  | "record"
  | "protection"
  | "devices"
  | "recoveryKey"
  | "people"
  | "practice"
  | "me"
  | "privacy"
  | "security"
  | "setUp"
  | "flags"
  | "notices"
  | "reach"
  | "unsubscribe"
  | "welcome"
  | "safetyPlan"
  | "grounding"
  | "summaryEditor"
  | "summary"
  | "quotes"
  | "assignments"
  | "assignment"
  | "resources"
  | "resource"
  | "resourceEdit"
  | "resourceWrite"
  | "groupResources"
  | "absent";

export interface Route {
  name: ScreenName;
  params: Readonly<Record<string, string>>;
  path: string;
  query: URLSearchParams;
  /** Pages with the same frame are one screen that stays while the path changes. */
  frame: string;
}

interface Row {
  pattern: string;
  name: ScreenName;
  /** Shown without being signed in. */
  open?: boolean;
  /** The name of the frame it shares with other paths; by default each path has its own. */
  frame?: string;
}

export const ROUTES: readonly Row[] = [
  { pattern: "/", name: "home" },
  { pattern: "/sign-in", name: "signIn", open: true },
  { pattern: "/reset", name: "reset", open: true },
  { pattern: "/reset/:key", name: "resetKey", open: true },
  { pattern: "/invite/:token", name: "invite", open: true },
  { pattern: "/groups", name: "groups" },
  { pattern: "/groups/new", name: "groupOpen" },
  { pattern: "/groups/:id", name: "group" },
  { pattern: "/groups/:id/settings", name: "groupSettings" },
  { pattern: "/groups/:id/topics/:topicId", name: "topic" },
  { pattern: "/groups/:id/review", name: "review", frame: "review" },
  { pattern: "/groups/:id/metrics", name: "metrics" },
  { pattern: "/groups/:id/rules", name: "rules" },
  { pattern: "/groups/:id/roster", name: "roster" },
  { pattern: "/review", name: "review", frame: "review" },
  { pattern: "/review/:item", name: "review", frame: "review" },
  { pattern: "/groups/:id/sessions", name: "groupSessions" },
  { pattern: "/groups/:id/sessions/new", name: "planSessions" },
  { pattern: "/groups/:id/sessions/series/:series", name: "planSessions" },
  { pattern: "/sessions", name: "sessions" },
  { pattern: "/sessions/new", name: "appointment" },
  { pattern: "/sessions/:id", name: "session" },
  { pattern: "/sessions/:id/room", name: "sessionRoom" },
  { pattern: "/me/calendar", name: "calendar" },
  { pattern: "/messages", name: "messages", frame: "messages" },
  { pattern: "/messages/new", name: "messages", frame: "messages" },
  { pattern: "/messages/protection", name: "protection" },
  { pattern: "/messages/people/:person", name: "messagePerson" },
  { pattern: "/messages/:conversation", name: "messages", frame: "messages" },
  { pattern: "/messages/:conversation/record", name: "record" },
  { pattern: "/people", name: "people" },
  { pattern: "/practice", name: "practice" },
  { pattern: "/me", name: "me" },
  { pattern: "/me/privacy", name: "privacy" },
  { pattern: "/me/security", name: "security" },
  { pattern: "/me/devices", name: "devices" },
  { pattern: "/me/devices/key", name: "recoveryKey" },
  { pattern: "/set-up", name: "setUp" },
  { pattern: "/me/flags", name: "flags" },
  { pattern: "/notices", name: "notices" },
  { pattern: "/me/notices", name: "reach" },
  { pattern: "/unsubscribe/:token", name: "unsubscribe", open: true },
  { pattern: "/welcome", name: "welcome" },
  { pattern: "/safety-plan", name: "safetyPlan" },
  { pattern: "/grounding", name: "grounding", open: true },
  { pattern: "/sessions/:id/summary", name: "summaryEditor" },
  { pattern: "/summaries/:id", name: "summary" },
  { pattern: "/quotes", name: "quotes" },
  { pattern: "/assignments", name: "assignments" },
  { pattern: "/assignments/:task", name: "assignment" },
  { pattern: "/resources", name: "resources" },
  { pattern: "/resources/new", name: "resourceEdit" },
  { pattern: "/resources/:resource", name: "resource" },
  { pattern: "/resources/:resource/edit", name: "resourceEdit" },
  { pattern: "/resources/:resource/write", name: "resourceWrite" },
  { pattern: "/groups/:id/resources", name: "groupResources" },
];

type Screen = () => Promise<{ default: Component<{ params: Record<string, string> }> }>;
const files = import.meta.glob<{ default: Component<{ params: Record<string, string> }> }>("./screens/*.svelte");

const FILES: Readonly<Record<Exclude<ScreenName, "absent">, string>> = {
  home: "Home",
  signIn: "SignIn",
  reset: "ResetRequest",
  resetKey: "ResetKey",
  invite: "Invite",
  groups: "Groups",
  groupOpen: "GroupOpen",
  group: "Group",
  groupSettings: "GroupSettings",
  topic: "Topic",
  review: "Review",
  metrics: "Metrics",
  rules: "Rules",
  roster: "Roster",
  sessions: "Sessions",
  appointment: "Appointment",
  groupSessions: "GroupSessions",
  planSessions: "PlanSessions",
  session: "Session",
  sessionRoom: "SessionRoom",
  calendar: "Calendar",
  messages: "Messages",
  messagePerson: "MessagePerson",
  record: "Record",
  protection: "Protection",
  devices: "Devices",
  recoveryKey: "RecoveryKey",
  people: "People",
  practice: "Practice",
  me: "Me",
  privacy: "Privacy",
  security: "Security",
  setUp: "SetUp",
  flags: "Flags",
  notices: "Notices",
  reach: "Reach",
  unsubscribe: "Unsubscribe",
  welcome: "Welcome",
  safetyPlan: "SafetyPlan",
  grounding: "Grounding",
  summaryEditor: "SummaryEditor",
  summary: "Summary",
  quotes: "Quotes",
  assignments: "Assignments",
  assignment: "Assignment",
  resources: "Resources",
  resource: "Resource",
  resourceEdit: "ResourceEdit",
  resourceWrite: "ResourceWrite",
  groupResources: "GroupResources",
};

/** Fetches a screen when it is first shown. Every screen gets `params`, the parts of its path. */
export function screen(name: Exclude<ScreenName, "absent">): ReturnType<Screen> {
  const load = files[`./screens/${FILES[name]}.svelte`];
  return load ? load() : Promise.reject(new Error(`no screen ${name}`));
}

function fit(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const found = given[index] ?? "";
    if (!part.startsWith(":")) {
      if (part !== found) return null;
    } else {
      const value = unescape(found);
      if (!value) return null;
      params[part.slice(1)] = value;
    }
  }
  return params;
}

function unescape(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

/** The route for a path and query, for example `/groups/1?from=mail`; `absent` when there is none. */
export function match(address: string): Route {
  const url = new URL(address, "http://hearthside.invalid");
  const path = url.pathname.length > 1 ? url.pathname.replace(/\/+$/, "") || "/" : "/";
  for (const row of ROUTES) {
    const params = fit(row.pattern, path);
    if (params) return { name: row.name, params, path, query: url.searchParams, frame: row.frame ?? path };
  }
  return { name: "absent", params: {}, path, query: url.searchParams, frame: path };
}

/** True for pages that are shown without being signed in. */
export function isOpen(name: ScreenName): boolean {
  return ROUTES.some((row) => row.name === name && row.open === true);
}

const here = () => match(location.pathname + location.search);
const current = writable<Route>(here());

/** The page shown now; `$route` in a component. */
export const route: Readable<Route> = { subscribe: current.subscribe };

/** Goes to a path of this site; `replace` leaves no way back to the present page. */
export function navigate(path: string, options: { replace?: boolean } = {}): void {
  if (path === location.pathname + location.search) options = { replace: true };
  history[options.replace ? "replaceState" : "pushState"](null, "", path);
  current.set(here());
}

/** Where to go after signing in: the page that was asked for, kept in `?next=`; only a path of this site. */
export function nextPath(query: URLSearchParams): string {
  const next = query.get("next") ?? "";
  if (!/^\/(?![/\\])/.test(next)) return "/";
  const { name } = match(next);
  return name === "invite" || !isOpen(name) ? next : "/";
}

function onClick(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const anchor = (event.target as Element | null)?.closest?.("a[href]");
  if (!(anchor instanceof HTMLAnchorElement) || anchor.target || anchor.hasAttribute("download")) return;
  const url = new URL(anchor.href);
  if (url.origin !== location.origin || /^\/(api|static|_allauth|ws)\//.test(url.pathname)) return;
  event.preventDefault();
  if (url.hash && url.pathname === location.pathname) {
    document.getElementById(url.hash.slice(1))?.focus();
    return;
  }
  navigate(url.pathname + url.search);
}

/** Follows links and the back button without loading the page anew; returns a function that stops it. */
export function startRouter(): () => void {
  const onPop = () => current.set(here());
  document.addEventListener("click", onClick);
  window.addEventListener("popstate", onPop);
  current.set(here());
  return () => {
    document.removeEventListener("click", onClick);
    window.removeEventListener("popstate", onPop);
  };
}
