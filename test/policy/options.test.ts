import assert from "node:assert/strict";
import { amount, expressions, flag, OptionError, readOptions, textMap, texts } from "../../policy/engine/options";
import { policyPack } from "../../policy/pack";
import { RULES } from "../../policy/rules";
import { CORE_RULES } from "./fixtures";

const definitions = {
    strict: flag(true, "Be strict."),
    ratio: amount(2, "Ratio."),
    kinds: texts(["Pod"], "Kinds.", ["Pod", "Job"]),
    names: texts([], "Names."),
    keys: expressions([], "Keys."),
    max: textMap("Maximum.", "a map to digits", (text) => /^\d+$/.test(text)),
};

describe("options of a rule", () => {
    it("have defaults", () => {
        assert.deepEqual(readOptions(definitions, {}), {
            strict: true,
            ratio: 2,
            kinds: ["Pod"],
            names: [],
            keys: [],
            max: {},
        });
    });

    it("take configured values", () => {
        const config = { strict: false, ratio: 0, kinds: ["Job"], names: ["a*"], keys: ["^a$"], max: { cpu: "4" } };
        assert.deepEqual(readOptions(definitions, config), config);
    });

    it("report all faults together, with the allowed values", () => {
        const config = {
            strict: "yes",
            ratio: -1,
            kinds: ["Node"],
            names: "a",
            keys: ["("],
            max: { cpu: "x" },
            stict: true,
        };
        assert.throws(
            () => readOptions(definitions, config),
            (error) => {
                assert.ok(error instanceof OptionError);
                assert.equal(
                    error.message,
                    'option strict is "yes" but must be true or false; option ratio is -1 but must be a number of at least 0; ' +
                        'option kinds is ["Node"] but must be a list of Pod, Job; option names is "a" but must be a list of strings; ' +
                        'option keys is ["("] but must be a list of regular expressions; option max is {"cpu":"x"} but must be a map to digits; ' +
                        "option stict does not exist (options of this rule: strict, ratio, kinds, names, keys, max).",
                );
                return true;
            },
        );
    });
});

describe("the rules", () => {
    it("have names of their own, and all that people need to know", () => {
        const ids = RULES.map(({ id }) => id);
        assert.equal(new Set(ids).size, ids.length);
        for (const id of CORE_RULES.map((rule) => rule.id)) {
            assert.equal(RULES.find((rule) => rule.id === id)?.level, "mandatory");
        }
        for (const rule of RULES) {
            assert.ok(rule.title !== "" && rule.remediation.length > 0, rule.id);
            assert.match(
                rule.url,
                /^https:\/\/(?:kubernetes\.io|kubernetes\.github\.io|gateway-api\.sigs\.k8s\.io|helm\.sh)\//,
            );
            // A single clause: the CLI prepends it to every message.
            assert.match(rule.description, /^[A-Z][^.;:]*\.$/);
        }
    });

    it("give CrossGuard a schema from the same definition as their defaults", () => {
        const { policies } = policyPack(RULES, []);
        for (const rule of RULES) {
            const schema = policies.find(({ name }) => name === rule.id)?.configSchema;
            assert.ok(schema);
            assert.deepEqual(Object.keys(schema.properties), Object.keys(rule.options));
            for (const [name, option] of Object.entries(rule.options)) {
                assert.deepEqual(schema.properties[name]?.default, option.default);
                assert.ok(option.accepts(option.default), name);
            }
        }
    });

    it("do not start with an exception that cannot be used", () => {
        const exception = { rule: "no-such-rule", kind: "Pod", name: "x", reason: "y" };
        assert.throws(() => policyPack(RULES, [exception]), /rule "no-such-rule" does not exist/);
    });
});
