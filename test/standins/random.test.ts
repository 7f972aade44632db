import assert from "node:assert/strict";
import { randomString, SPECIAL_CHARACTERS, stringFaults } from "../../standins/random/characters";
import type { StringOptions } from "../../standins/random/characters";
import { kinds } from "../../standins/random/kinds";
import { changedInputs } from "../../standins/random/provider";
import { reveal, Secret, text } from "../../standins/protocol/values";
import type { PropertyMap, Value } from "../../standins/protocol/values";

const defaults: StringOptions = {
    length: 16,
    upper: true,
    lower: true,
    numeric: true,
    special: true,
    overrideSpecial: "",
};

/** An output's text, secret or not. */
const shown = (value: Value | undefined): string => text({ value: reveal(value ?? null) }, "value");

/** Creates a resource of a kind. */
const create = (kind: string, inputs: PropertyMap) => kinds[kind]!.create({ ...kinds[kind]!.defaults, ...inputs });

describe("stand-in random plugin: strings", () => {
    it("has the length, and only characters that are switched on", () => {
        const text = randomString({ ...defaults, length: 500, special: false, upper: false });
        assert.match(text, /^[a-z0-9]{500}$/);
        const special = randomString({ ...defaults, upper: false, lower: false, numeric: false });
        assert.ok(Array.from(special).every((each) => SPECIAL_CHARACTERS.includes(each)));
    });
    it("uses the given special characters only", () => {
        const options = { ...defaults, upper: false, lower: false, numeric: false, overrideSpecial: "#~" };
        assert.match(randomString(options), /^[#~]{16}$/);
    });
    it("uses each character about equally often", () => {
        const text = randomString({ ...defaults, length: 26_000, upper: false, numeric: false, special: false });
        for (const letter of "abcdefghijklmnopqrstuvwxyz") {
            const share = text.split(letter).length - 1;
            assert.ok(share > 800 && share < 1200, `${letter}: ${share} of about 1000`);
        }
    });
    it("reports faults of the options", () => {
        assert.deepEqual(stringFaults(defaults), []);
        assert.match(
            stringFaults({ ...defaults, length: 0 }).join(),
            /length must be a whole number of 1 or more, got 0/,
        );
        const none = { ...defaults, upper: false, lower: false, numeric: false, special: false };
        assert.match(stringFaults(none).join(), /one of upper, lower/);
    });
});

describe("stand-in random plugin: kinds", () => {
    it("refuses what only the official plugin serves rather than ignore it", () => {
        const faults = (inputs: PropertyMap) => kinds.RandomPassword!.faults!({ length: 8, ...inputs });
        assert.deepEqual(faults({ minUpper: 0 }), []);
        assert.match(faults({ minUpper: 2 }).join(), /minUpper is not served by the stand-in plugin/);
    });
    it("keeps a password secret, under the identifier that the official plugin gives it", () => {
        const { id, outputs } = create("RandomPassword", { length: 20 });
        assert.equal(id, "none");
        assert.ok(outputs.result instanceof Secret);
        assert.equal(shown(outputs.result).length, 20);
    });
    it("keeps random bytes secret", () => {
        const { outputs } = create("RandomBytes", { length: 32 });
        assert.ok(outputs.hex instanceof Secret && outputs.base64 instanceof Secret);
        assert.equal(shown(outputs.hex).length, 64);
    });
    it("imports an existing password", () => {
        const taken = kinds.RandomPassword!.import("s3cret");
        assert.deepEqual(reveal(taken.outputs.result ?? null), "s3cret");
        assert.equal(taken.inputs.length, 6);
    });
    it("replaces on other keepers or another length, and on nothing else", () => {
        const kind = kinds.RandomPassword!;
        const inputs = { ...kind.defaults, length: 20, keepers: { a: "1" } };
        const state = { ...inputs, result: new Secret("x") };
        assert.deepEqual(changedInputs(state, kind, inputs), []);
        assert.deepEqual(changedInputs(state, kind, { ...inputs, keepers: { a: "2" } }), ["keepers"]);
        assert.deepEqual(changedInputs(state, kind, { ...kind.defaults, length: 20 }), ["keepers"]);
        const official = { ...state, bcryptHash: new Secret("h"), number: true, id: "none", __meta: "{}" };
        assert.deepEqual(changedInputs(official, kind, inputs), []);
    });
});
