/** Every visible word, by screen: `t.home.title`, `t.common.people(3)`. */
export { en as t } from "./en";
