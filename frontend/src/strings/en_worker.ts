/** Words that the service worker shows by itself; the others come with the notice and are as neutral as these. */

export const worker = {
  title: "Hearthside",
  body: "There is something new for you.",
};
