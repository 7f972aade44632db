import assert from "node:assert/strict";
import { RULES } from "../../policy/rules";
import { evaluate, hardened, location, KINDS, set, violations } from "./fixtures";
import { MUTATIONS as POD_SECURITY } from "./mutations/podSecurity";
import { MUTATIONS as WORKLOADS } from "./mutations/workloads";

describe("a single violation of a rule", () => {
    for (const [id, changes, paths, options = {}] of [...POD_SECURITY, ...WORKLOADS]) {
        const under = Object.keys(options).length === 0 ? "" : ` under ${JSON.stringify(options)}`;
        it(`${id}: ${Object.keys(changes).join(", ")}${under}`, () => {
            const rule = RULES.find((candidate) => candidate.id === id);
            assert.ok(rule);
            // Identical in every kind except for the path of the pod.
            for (const kind of Object.keys(KINDS)) {
                const { pod } = location(kind);
                const object = hardened(kind);
                for (const [path, value] of Object.entries(changes)) {
                    set(object, `${pod}.${path}`, structuredClone(value));
                }
                const found = violations(evaluate(rule, object, { options }));
                assert.deepEqual(
                    found,
                    paths.map((path) => `${pod}.${path}`),
                    kind,
                );
            }
        });
    }
});

describe("the order of containers", () => {
    it("does not matter", () => {
        const object = set(hardened(), "spec.template.spec.containers[1]", { name: "bad", image: "bad" });
        const pod = (object.spec as { template: { spec: { containers: unknown[] } } }).template.spec;
        const names = () =>
            RULES.map((rule) =>
                evaluate(rule, object)
                    .map(({ type, container, message }) => [type, container, message.replace(/\[\d\]/g, "")].join())
                    .sort(),
            );
        const before = names();
        pod.containers.reverse();
        assert.deepEqual(names(), before);
    });
});
