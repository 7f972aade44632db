import type { Exception } from "./engine/exception";

/** Places that may break a rule, and why. Checked when the pack starts; see README.md for the fields. */
export const exceptions: readonly Exception[] = [];
