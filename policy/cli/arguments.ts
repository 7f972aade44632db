import { parseArgs } from "node:util";
import type { Severity } from "../evaluation/rule";
import { PRESETS } from "../presets";
import { UsageError } from "./usage";

/** Output formats. */
const FORMATS = ["text", "json", "sarif", "junit", "github"] as const;

/** An output format. */
export type Format = (typeof FORMATS)[number];

/** Severities, in ascending order. */
export const SEVERITIES: readonly Severity[] = ["low", "medium", "high", "critical"];

/** The parsed command line. */
export interface Arguments {
    /** Output format. Default: text. */
    readonly format: Format;
    /** Only the rules of this preset. Default: all rules that are not off by default. */
    readonly preset?: string;
    /** Only these rules. Default: see {@link preset}. */
    readonly rules?: readonly string[];
    /** Configuration file with levels and options. Default: none. */
    readonly config?: string;
    /** Whether all objects are also evaluated together, as one stack. */
    readonly stackRules: boolean;
    /** Minimum severity of the rules that run. Default: all run. */
    readonly minSeverity?: Severity;
    /** Patterns of files and folders that are left out; `*` matches any characters. */
    readonly exclude: readonly string[];
    /** Namespace of objects that set none. Default: none. */
    readonly namespace?: string;
    /** Whether this project's own exceptions apply. */
    readonly ownExceptions: boolean;
    /** Files, folders, or `-` for standard input; at least one. */
    readonly inputs: readonly string[];
    /** Whether only the help text was requested. */
    readonly help: boolean;
}

/** A DNS label (RFC 1123), the form of a namespace's name. */
const NAMESPACE = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** The help text. */
export const HELP = `x0tta6bl4-policy [flags] FILES|FOLDERS|-
npm run policy:check -- [flags] FILES|FOLDERS|-

Checks Kubernetes manifests (YAML or JSON) with the rules of
the policy pack. Charts in folders are rendered with helm,
and documents that are not Kubernetes objects are skipped.

  --format FORM   ${FORMATS.join(", ")}
                  (text)
  --preset NAME   run only the rules of a preset:
${Object.keys(PRESETS)
    .map((name) => `                    ${name}`)
    .join("\n")}
  --rules a,b     run only these rules
  --min-severity S
                  run only rules of this severity or above:
                  ${SEVERITIES.join(", ")}
  --config FILE   levels and options, as for
                  pulumi --policy-pack-config
  --stack-rules   also evaluate all objects together, as one
                  stack
  --exclude GLOB  skip files and folders; * matches
                  any characters; may be repeated
  --namespace NS  namespace of objects that set none
  --own-exceptions
                  apply the exceptions of this project's
                  stacks (policy/exceptions.ts)
  -h, --help      print this help

Exit status: 0 no mandatory violations; 1 mandatory violations; 2 the
command line or an input could not be used
`;

/**
 * Parses the command line.
 * @throws {UsageError} which says what is wrong.
 */
export function readArguments(args: readonly string[]): Arguments {
    const { values, positionals } = parse(args);
    const format = FORMATS.find((known) => known === (values.format ?? "text"));
    if (format === undefined) {
        throw new UsageError(`--format ${values.format ?? ""} does not exist. Use one of ${FORMATS.join(", ")}.`);
    }
    const { preset, help = false } = values;
    if (preset !== undefined && !Object.hasOwn(PRESETS, preset)) {
        throw new UsageError(`--preset ${preset} does not exist. Use one of ${Object.keys(PRESETS).join(", ")}.`);
    }
    if (positionals.length === 0 && !help) {
        throw new UsageError("No input. Name files or folders, or - for standard input.");
    }
    const rules = values.rules
        ?.flatMap((list) => list.split(","))
        .map((rule) => rule.trim())
        .filter((rule) => rule !== "");
    // For example an unset variable in a script: without a rule, everything would pass.
    if (rules?.length === 0) {
        throw new UsageError("--rules names no rule. Name at least one, or leave it out.");
    }
    const wanted = values["min-severity"];
    const minSeverity = SEVERITIES.find((known) => known === wanted);
    if (wanted !== undefined && minSeverity === undefined) {
        throw new UsageError(`--min-severity ${wanted} does not exist. Use one of ${SEVERITIES.join(", ")}.`);
    }
    if (values.namespace !== undefined && !NAMESPACE.test(values.namespace)) {
        throw new UsageError("--namespace must be a DNS label, such as shop.");
    }
    const { config, exclude = [], namespace } = values;
    const { "stack-rules": stackRules = false, "own-exceptions": ownExceptions = false } = values;
    const what = { exclude, namespace, ownExceptions, inputs: positionals };
    return { format, preset, rules, minSeverity, config, stackRules, ...what, help };
}

function parse(args: readonly string[]) {
    try {
        return parseArgs({
            args: [...args],
            allowPositionals: true,
            options: {
                format: { type: "string" },
                preset: { type: "string" },
                rules: { type: "string", multiple: true },
                config: { type: "string" },
                "stack-rules": { type: "boolean" },
                "min-severity": { type: "string" },
                exclude: { type: "string", multiple: true },
                namespace: { type: "string" },
                "own-exceptions": { type: "boolean" },
                help: { type: "boolean", short: "h" },
            },
        });
    } catch (error) {
        // Leaves out Node's advice on positional arguments.
        const [fault = ""] = (error instanceof Error ? error.message : String(error)).split(". ", 1);
        throw new UsageError(`${fault}.\n\n${HELP}`);
    }
}
