import type { PolicyHead } from "../../evaluation/rule";
import type { Format } from "../arguments";
import type { Report } from "../check";
import { toJson } from "./json";
import { toJunit } from "./junit";
import { toSarif } from "./sarif";
import { toText } from "./text";

/** Writes a report in one of the forms. `rules` are those that ran. */
export const WRITERS: Readonly<Record<Format, (report: Report, rules: readonly PolicyHead[]) => string>> = {
    text: toText,
    json: toJson,
    sarif: toSarif,
    junit: toJunit,
};
