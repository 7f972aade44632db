import { randomBytes } from "node:crypto";
import { count, Secret, text } from "../protocol/values";
import type { PropertyMap } from "../protocol/values";
import { randomString, stringFaults } from "./characters";
import type { StringOptions } from "./characters";

/** What a resource became. */
export interface Created {
    /** Its identifier. */
    id: string;
    /** What it gives besides its inputs. */
    outputs: PropertyMap;
}

/** A kind of random resource. */
export interface Kind {
    /** Names of its outputs, which a preview does not know. */
    outputs: readonly string[];
    /** Inputs that the program may leave out. */
    defaults?: PropertyMap;
    /** What is wrong with the inputs. */
    faults?(inputs: PropertyMap): string[];
    /** Draws it. */
    create(inputs: PropertyMap): Created;
    /** Imports one that exists. */
    import(id: string): Created & { inputs: PropertyMap };
}

/** Defaults of passwords and strings; the official plugin's. */
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

/** Reads the inputs of a password or string; `number` is the old name of `numeric`. */
function stringOptions(inputs: PropertyMap): StringOptions {
    const isOn = (name: string): boolean => inputs[name] !== false;
    return {
        length: count(inputs, "length"),
        upper: isOn("upper"),
        lower: isOn("lower"),
        numeric: isOn("numeric") && isOn("number"),
        special: isOn("special"),
        overrideSpecial: text(inputs, "overrideSpecial"),
        minUpper: count(inputs, "minUpper"),
        minLower: count(inputs, "minLower"),
        minNumeric: count(inputs, "minNumeric"),
        minSpecial: count(inputs, "minSpecial"),
    };
}

/** A fault when a number is below its least value. */
function atLeast(inputs: PropertyMap, name: string, least: number): string[] {
    const value = inputs[name];
    return typeof value === "number" && Number.isInteger(value) && value >= least
        ? []
        : [`${name} must be a whole number of ${least} or more, got ${JSON.stringify(value ?? null)}`];
}

/** The kinds that the stacks create, by the last part of their type token. */
export const kinds: Readonly<Record<string, Kind>> = {
    RandomPassword: {
        outputs: ["result"],
        defaults: stringDefaults,
        faults: (inputs) => stringFaults(stringOptions(inputs)),
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
        faults: (inputs) => atLeast(inputs, "length", 1),
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
