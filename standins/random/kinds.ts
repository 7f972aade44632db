import { randomBytes, randomUUID } from "node:crypto";
import { count, Secret, text } from "../protocol/values";
import type { PropertyMap } from "../protocol/values";
import { randomString, stringFaults } from "./characters";
import type { StringOptions } from "./characters";
import { secureDraw, seededDraw, shuffled } from "./draw";
import type { Draw } from "./draw";
import { petName } from "./pets";

/** What a resource became. */
export interface Created {
    /** Its identifier. */
    id: string;
    /** What it gives besides its inputs. */
    outputs: PropertyMap;
}

/** A kind of random resource. */
export interface Kind {
    /** Names of its outputs, which a preview doesn't know. */
    outputs: readonly string[];
    /** Inputs that the program may leave out. */
    defaults?: PropertyMap;
    /** What is wrong with the inputs. */
    faults?(inputs: PropertyMap): string[];
    /** Draws it. */
    create(inputs: PropertyMap): Created;
    /** Takes over one that exists; kinds without it can't be imported. */
    import?(id: string): Created & { inputs: PropertyMap };
}

/** Random numbers as the inputs want them: from their seed, or from the system. */
function drawFor(inputs: PropertyMap): Draw {
    const seed = text(inputs, "seed");
    return seed === "" ? secureDraw : seededDraw(seed);
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

/** The encodings of random bytes that RandomId gives. */
function encodings(bytes: Buffer, prefix: string): Record<"b64Std" | "b64Url" | "hex" | "dec", string> {
    return {
        b64Std: prefix + bytes.toString("base64"),
        b64Url: prefix + bytes.toString("base64url"),
        hex: prefix + bytes.toString("hex"),
        dec: prefix + (bytes.length === 0 ? "0" : BigInt(`0x${bytes.toString("hex")}`).toString()),
    };
}

/** A fault when a number is below its least value. */
function atLeast(inputs: PropertyMap, name: string, least: number): string[] {
    const value = inputs[name];
    return typeof value === "number" && Number.isInteger(value) && value >= least
        ? []
        : [`${name} must be a whole number of ${least} or more, got ${JSON.stringify(value ?? null)}`];
}

/** A UUID of the fourth version. */
const uuid: Kind = {
    outputs: ["result"],
    create: () => {
        const id = randomUUID();
        return { id, outputs: { result: id } };
    },
    import: (id) => ({ id, outputs: { result: id }, inputs: {} }),
};

/** All kinds by the last part of their type token. */
export const kinds: Readonly<Record<string, Kind>> = {
    RandomPassword: {
        outputs: ["result"],
        defaults: stringDefaults,
        faults: (inputs) => stringFaults(stringOptions(inputs)),
        create: (inputs) => ({
            id: "none",
            outputs: { result: new Secret(randomString(stringOptions(inputs), secureDraw)) },
        }),
        import: (id) => ({
            id: "none",
            outputs: { result: new Secret(id) },
            inputs: { ...stringDefaults, length: id.length },
        }),
    },
    RandomString: {
        outputs: ["result"],
        defaults: stringDefaults,
        faults: (inputs) => stringFaults(stringOptions(inputs)),
        create: (inputs) => {
            const id = randomString(stringOptions(inputs), secureDraw);
            return { id, outputs: { result: id } };
        },
        import: (id) => ({ id, outputs: { result: id }, inputs: { ...stringDefaults, length: id.length } }),
    },
    RandomId: {
        outputs: ["b64Std", "b64Url", "hex", "dec"],
        faults: (inputs) => atLeast(inputs, "byteLength", 1),
        create: (inputs) => {
            const bytes = randomBytes(count(inputs, "byteLength"));
            return { id: encodings(bytes, "").b64Url, outputs: encodings(bytes, text(inputs, "prefix")) };
        },
        import: (given) => {
            const comma = given.lastIndexOf(",");
            const prefix = given.slice(0, Math.max(comma, 0));
            const bytes = Buffer.from(given.slice(comma + 1), "base64url");
            return {
                id: given.slice(comma + 1),
                outputs: encodings(bytes, prefix),
                inputs: { byteLength: bytes.length, ...(prefix === "" ? {} : { prefix }) },
            };
        },
    },
    RandomBytes: {
        outputs: ["base64", "hex"],
        faults: (inputs) => atLeast(inputs, "length", 1),
        create: (inputs) => {
            const bytes = randomBytes(count(inputs, "length"));
            return {
                id: "none",
                outputs: { base64: new Secret(bytes.toString("base64")), hex: new Secret(bytes.toString("hex")) },
            };
        },
        import: (id) => {
            const bytes = Buffer.from(id, "base64");
            return {
                id: "none",
                outputs: { base64: new Secret(id), hex: new Secret(bytes.toString("hex")) },
                inputs: { length: bytes.length },
            };
        },
    },
    RandomInteger: {
        outputs: ["result"],
        faults: (inputs) =>
            count(inputs, "min") <= count(inputs, "max")
                ? []
                : [`min (${count(inputs, "min")}) must not be above max (${count(inputs, "max")})`],
        create: (inputs) => {
            const min = count(inputs, "min");
            const result = min + drawFor(inputs)(count(inputs, "max") - min + 1);
            return { id: String(result), outputs: { result } };
        },
    },
    RandomUuid: uuid,
    RandomUuid4: uuid,
    RandomPet: {
        outputs: [],
        defaults: { length: 2, separator: "-" },
        faults: (inputs) => atLeast(inputs, "length", 1),
        create: (inputs) => {
            const separator = text(inputs, "separator");
            const name = petName(count(inputs, "length"), separator, secureDraw);
            const prefix = text(inputs, "prefix");
            return { id: prefix === "" ? name : prefix + separator + name, outputs: {} };
        },
    },
    RandomShuffle: {
        outputs: ["results"],
        create: (inputs) => {
            const given = inputs.inputs;
            const items = Array.isArray(given) ? given : [];
            const draw = drawFor(inputs);
            const wanted = inputs.resultCount === undefined ? items.length : count(inputs, "resultCount");
            const results: PropertyMap["results"] = [];
            // More results than items: the items come again, in another order.
            while (items.length > 0 && results.length < wanted) {
                results.push(...shuffled(items, draw).slice(0, wanted - results.length));
            }
            return { id: "-", outputs: { results } };
        },
    },
};
