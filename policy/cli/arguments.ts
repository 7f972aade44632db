import { parseArgs } from "node:util";
import { PRESETS } from "../presets";
import { UsageError } from "./usage";

/** Forms of output. */
const FORMATS = ["text", "json", "sarif", "junit"] as const;

/** A form of output. */
export type Format = (typeof FORMATS)[number];

/** What the command line says. */
export interface Arguments {
    /** Form of output. Default: text. */
    readonly format: Format;
    /** Rules of this preset only. Default: all that are not off by default. */
    readonly preset?: string;
    /** Only these rules. Default: see {@link preset}. */
    readonly rules?: readonly string[];
    /** File with levels and options. Default: none. */
    readonly config?: string;
    /** Whether all objects together are judged as a stack too. */
    readonly stackRules: boolean;
    /** Files, folders, or `-` for standard input; at least one. */
    readonly inputs: readonly string[];
    /** Whether only the help is wanted. */
    readonly help: boolean;
}

/** What the command can do. */
export const HELP = `x0tta6bl4-policy [flags] FILES|FOLDERS|-
npm run policy:check -- [flags] FILES|FOLDERS|-

Judges Kubernetes manifests (YAML or JSON) by the rules of
the policy pack.

  --format FORM   ${FORMATS.join(", ")} (text)
  --preset NAME   only the rules of a preset:
${Object.keys(PRESETS)
    .map((name) => `                    ${name}`)
    .join("\n")}
  --rules a,b     only these rules
  --config FILE   levels and options, as for
                  pulumi --policy-pack-config
  --stack-rules   also judge all objects together, as one
                  stack
  --help          print this

Exit code: 0 clean; 1 mandatory violations; 2 an input
could not be used
`;

/**
 * Reads the command line.
 * @throws {UsageError} saying what is wrong with it.
 */
export function readArguments(args: readonly string[]): Arguments {
    const { values, positionals } = parse(args);
    const format = FORMATS.find((known) => known === (values.format ?? "text"));
    if (format === undefined) {
        throw new UsageError(`--format ${values.format ?? ""} does not exist: use one of ${FORMATS.join(", ")}.`);
    }
    const { preset, help = false } = values;
    if (preset !== undefined && !Object.hasOwn(PRESETS, preset)) {
        throw new UsageError(`--preset ${preset} does not exist: use one of ${Object.keys(PRESETS).join(", ")}.`);
    }
    if (positionals.length === 0 && !help) {
        throw new UsageError("Nothing to check: name files or folders, or - for standard input.");
    }
    const rules = values.rules
        ?.flatMap((list) => list.split(","))
        .map((rule) => rule.trim())
        .filter((rule) => rule !== "");
    // An empty variable of a script: with no rule everything would pass.
    if (rules?.length === 0) {
        throw new UsageError("--rules names no rule: name some, or leave it out.");
    }
    const { config, "stack-rules": stackRules = false } = values;
    return { format, preset, rules, config, stackRules, inputs: positionals, help };
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
                help: { type: "boolean", short: "h" },
            },
        });
    } catch (error) {
        // Without Node's advice on positional arguments.
        const [fault = ""] = (error instanceof Error ? error.message : String(error)).split(". ", 1);
        throw new UsageError(`${fault}.\n\n${HELP}`);
    }
}
