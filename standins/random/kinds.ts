import { randomBytes } from "node:crypto";
import { count, Secret, text } from "../protocol/values";
import type { PropertyMap } from "../protocol/values";
import { lengthFaults, randomString, stringFaults } from "./characters";
import type { StringOptions } from "./characters";

/** A created resource. */
interface Created {
    /** Identifier of the resource. */
    id: string;
    /** Outputs besides the inputs. */
    outputs: PropertyMap;
}

/** A kind of random resource. */
export interface RandomKind {
    /** Names of the outputs, which are unknown during a preview. */
    outputs: readonly string[];
    /** Defaults of optional inputs. */
    defaults?: PropertyMap;
    /** Returns the faults of the inputs. */
    faults?(inputs: PropertyMap): string[];
    /** Generates the value. */
    create(inputs: PropertyMap): Created;
    /** Imports an existing resource. */
    import(id: string): Created & { inputs: PropertyMap };
}

/** Defaults of passwords and strings, as in the official plugin. */
const stringDefaults = {
    upper: true,
    lower: true,
    numeric: true,
    special: true,
    minUpper: 0,
    minLower: 0,
    minNumeric: 0,
    minSpecial: 0,
};

/** Parses the inputs of a password or string; `number` is the old name of `numeric`. */
function stringOptions(inputs: PropertyMap): StringOptions {
    const isOn = (name: string): boolean => inputs[name] !== false;
    return {
        length: count(inputs, "length"),
        upper: isOn("upper"),
        lower: isOn("lower"),
        numeric: isOn("numeric") && isOn("number"),
        special: isOn("special"),
        overrideSpecial: text(inputs, "overrideSpecial"),
    };
}

/** Faults of the inputs of a password. */
function passwordFaults(inputs: PropertyMap): string[] {
    const minimums = ["minUpper", "minLower", "minNumeric", "minSpecial"].filter((name) => count(inputs, name) !== 0);
    return [
        ...stringFaults(stringOptions(inputs)),
        ...minimums.map((name) => `${name} is not served by the stand-in plugin: leave it unset`),
    ];
}

/** The kinds that the stacks create, by the last part of their type token. */
export const kinds: Readonly<Record<string, RandomKind>> = {
    RandomPassword: {
        outputs: ["result"],
        defaults: stringDefaults,
        faults: passwordFaults,
        create: (inputs) => ({
            id: "none",
            outputs: { result: new Secret(randomString(stringOptions(inputs))) },
        }),
        import: (id) => ({
            id: "none",
            outputs: { result: new Secret(id) },
            inputs: { ...stringDefaults, length: id.length },
        }),
    },
    RandomBytes: {
        outputs: ["base64", "hex"],
        faults: (inputs) => lengthFaults(count(inputs, "length")),
        create: (inputs) => {
            const bytes = randomBytes(count(inputs, "length"));
            const base64 = bytes.toString("base64");
            // As in the official plugin (computeRandomBytesID): the ID is the value, and no ID can be secret.
            return { id: base64, outputs: { base64: new Secret(base64), hex: new Secret(bytes.toString("hex")) } };
        },
        import: (id) => {
            const bytes = Buffer.from(id, "base64");
            return {
                id,
                outputs: { base64: new Secret(id), hex: new Secret(bytes.toString("hex")) },
                inputs: { length: bytes.length },
            };
        },
    },
};
