/** Words of the sign-in, people, practice, settings and account screens. */
export const admin = {};
