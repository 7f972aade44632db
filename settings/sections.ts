import type { z } from "zod";
import { GRAFANA_PASSWORD } from "./monitoring/grafanaPassword";
import { schemas, type SettingsKey } from "./schema";
import { environmentOf, STACKS } from "./shared/environments";
import { type Fault, setCommand } from "./shared/faults";
import { described, SECRET } from "./shared/given";
import { nearestKey } from "./shared/knownKeys";
import { faultsOf, reservedKeys } from "./shared/schemaFaults";
import { printable, shellCommand } from "../shell";

/** Raw configuration of a stack; `loadSettings` obtains it from Pulumi. */
export interface RawSettings {
    /** Stack name. */
    readonly stack: string;
    /** Values of the project's configuration keys, without the project prefix; objects as JSON. */
    readonly values: Readonly<Record<string, string>>;
    /** Keys with secret values, which never appear in a message. */
    readonly secretKeys: ReadonlySet<string>;
}

/** Fault of a stack name that is not one of the known stacks. */
export function unknownStack(stack: string): Fault[] {
    return environmentOf(stack) === undefined
        ? [
              {
                  key: "stack",
                  given: printable(JSON.stringify(stack)),
                  allowed: STACKS.join(" or "),
                  fix: shellCommand("pulumi", "stack", "select", STACKS[0] ?? ""),
              },
          ]
        : [];
}

/** Faults of top-level keys that are not a section. */
export function unknownSections({ stack, values, secretKeys }: RawSettings): Fault[] {
    const known = [...Object.keys(schemas), GRAFANA_PASSWORD];
    return Object.entries(values)
        .filter(([key]) => !known.includes(key))
        .map(([key, value]) => {
            const near = nearestKey(key, known);
            return {
                key,
                given: secretKeys.has(key) ? SECRET : described(parseJson(value)),
                allowed: `one of ${known.join(", ")}${near === undefined ? "" : `; the nearest is ${near}`}`,
                fix: shellCommand(
                    "pulumi",
                    "config",
                    "rm",
                    "--stack",
                    stack,
                    ...(key.startsWith("-") ? ["--"] : []),
                    key,
                ),
            };
        });
}

/** Parses a section and applies its defaults; adds its faults to `faults` and returns `undefined` if there are any. */
export function parseSection<T extends z.ZodType>(
    raw: RawSettings,
    section: SettingsKey,
    schema: T,
    faults: Fault[],
): z.output<T> | undefined {
    const { stack } = raw;
    const text = Object.hasOwn(raw.values, section) ? raw.values[section] : undefined;
    // A key without a value, `mesh:`, is null in YAML.
    const value = text === undefined ? {} : (parseJson(text) ?? {});
    const secret = raw.secretKeys.has(section);
    const reserved = reservedKeys(value, { stack, section });
    const result = schema.safeParse(value);
    faults.push(...reserved);
    if (result.success) {
        faults.push(...(secret ? [encrypted(stack, section)] : []));
        return reserved.length > 0 ? undefined : result.data;
    }
    faults.push(...faultsOf(result.error, { stack, section, schema, value, secret }));
    return undefined;
}

/**
 * Fault of an encrypted section: settings are written to objects and outputs that are not secret, so they must not
 * contain encrypted values.
 */
function encrypted(stack: string, section: SettingsKey): Fault {
    return {
        key: section,
        given: SECRET,
        allowed: "free of encrypted values; put them into a Kubernetes Secret and set its name",
        fix: setCommand(stack, "mesh.secret.existingName", "NAME"),
    };
}

function parseJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}
