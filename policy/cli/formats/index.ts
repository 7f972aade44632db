import type { PolicyHead } from "../../evaluation/rule";
import type { Format } from "../arguments";
import type { CheckReport } from "../check";
import { toGithub } from "./github";
import { toJson } from "./json";
import { toJunit } from "./junit";
import { toSarif } from "./sarif";
import { toText } from "./text";

/** Writes a report in one of the formats, part by part. `rules` are those that ran. */
export const WRITERS: Readonly<
    Record<Format, (report: CheckReport, rules: readonly PolicyHead[]) => Iterable<string>>
> = {
    text: toText,
    json: toJson,
    sarif: toSarif,
    junit: toJunit,
    github: toGithub,
};
