import assert from "node:assert/strict";
import { ephemeralStorage } from "../../policy/rules/resources/ephemeralStorage";
import { resourceLimits } from "../../policy/rules/resources/resourceLimits";
import { resourceRequests } from "../../policy/rules/resources/resourceRequests";
import { evaluate, set, setKeys, violations, workload } from "./fixtures";

const POD = "spec.template.spec";
const RESOURCE = "ephemeral-storage";

/** Evaluates the compliant Deployment after changes below its pod specification. */
function judge(rule: typeof resourceLimits, changes: Record<string, unknown>, options = {}): string[] {
    const object = workload();
    for (const [path, value] of Object.entries(changes)) {
        set(object, `${POD}.${path}`, value);
    }
    return violations(evaluate(rule, object, { options })).map((path) => path.slice(POD.length + 1));
}

for (const [rule, list] of [[resourceRequests, "requests"] as const, [resourceLimits, "limits"] as const]) {
    describe(rule.id, () => {
        const memory = `containers[0].resources.${list}.memory`;
        const cpu = `containers[0].resources.${list}.cpu`;

        it("accepts amounts on every container, and none on ephemeral ones", () => {
            assert.deepEqual(judge(rule, {}), []);
        });

        it("demands both CPU and memory", () => {
            assert.deepEqual(judge(rule, { [memory]: undefined }), [memory]);
            assert.deepEqual(judge(rule, { [cpu]: undefined }), [cpu]);
            assert.deepEqual(judge(rule, { "containers[0].resources": undefined }), [cpu, memory]);
        });

        it("evaluates init and sidecar containers too", () => {
            assert.deepEqual(
                judge(rule, {
                    "initContainers[0].resources": undefined,
                    "initContainers[1].resources": undefined,
                }),
                [0, 1].flatMap((i) =>
                    ["cpu", "memory"].map((name) => `initContainers[${i}].resources.${list}.${name}`),
                ),
            );
        });

        it("accepts an amount for the whole pod", () => {
            const changes = { "containers[0].resources": undefined, [`resources.${list}.memory`]: "1Gi" };
            assert.deepEqual(judge(rule, changes), [cpu]);
            assert.deepEqual(judge(rule, { ...changes, [`resources.${list}.cpu`]: 1 }), []);
        });

        it("reports what is not a quantity, once and without the value", () => {
            for (const value of ["lots", "64 Mi", "", "64mi", "1e9999", "--1", "."]) {
                assert.deepEqual(judge(rule, { [memory]: value }), [memory], value);
            }
            const object = set(workload(), `${POD}.${memory}`, "s3cret");
            assert.doesNotMatch(JSON.stringify(evaluate(rule, object)), /s3cret/);
        });

        it("evaluates every resource named, and quotes odd names in the path", () => {
            const keys = ["spec", "template", "spec", "containers", "1", "resources", list, "nvidia.com/gpu"];
            const object = setKeys(workload(), keys, "one");
            assert.deepEqual(violations(evaluate(rule, object)), [
                `${POD}.containers[1].resources.${list}["nvidia.com/gpu"]`,
            ]);
            assert.deepEqual(violations(evaluate(rule, setKeys(object, keys, "1"))), []);
        });

        it("does not count 0, nor less", () => {
            assert.deepEqual(judge(rule, { [memory]: "0" }).slice(0, 1), [memory]);
            assert.deepEqual(judge(rule, { [cpu]: "-1" }).slice(0, 1), [cpu]);
        });
    });
}

describe("resource-requests options", () => {
    const requests = "containers[0].resources.requests";

    it("leaves init containers out, but never sidecars", () => {
        const changes = { "initContainers[0].resources": undefined, "initContainers[1].resources": undefined };
        assert.deepEqual(judge(resourceRequests, changes, { includeInit: false }), [
            "initContainers[1].resources.requests.cpu",
            "initContainers[1].resources.requests.memory",
        ]);
    });

    it("accepts limits instead of requests", () => {
        assert.equal(judge(resourceRequests, { [requests]: undefined }).length, 2);
        assert.deepEqual(judge(resourceRequests, { [requests]: undefined }, { limitsImplyRequests: true }), []);
    });

    it("demands the resources that are named", () => {
        assert.deepEqual(judge(resourceRequests, { [`${requests}.cpu`]: undefined }, { resources: ["memory"] }), []);
        assert.equal(judge(resourceRequests, {}, { resources: ["ephemeral-storage"] }).length, 4);
    });
});

describe("resource-limits against requests", () => {
    const limits = "containers[0].resources.limits";

    it("reports a limit below the request, whatever the units", () => {
        assert.deepEqual(judge(resourceLimits, { [`${limits}.memory`]: "67108863" }), [`${limits}.memory`]);
        assert.deepEqual(judge(resourceLimits, { [`${limits}.memory`]: 67108864 }), []);
        assert.deepEqual(judge(resourceLimits, { [`${limits}.cpu`]: 0.05 }), []);
        assert.deepEqual(judge(resourceLimits, { [`${limits}.cpu`]: "49999u" }), [`${limits}.cpu`]);
    });

    it("compares amounts for the whole pod", () => {
        const changes = { "resources.requests.memory": "2Gi", "resources.limits.memory": "1Gi" };
        assert.deepEqual(judge(resourceLimits, changes), ["resources.limits.memory"]);
    });

    it("says so without amounts", () => {
        const object = set(workload(), `${POD}.${limits}.memory`, "1Mi");
        assert.equal(
            evaluate(resourceLimits, object)[0]?.message,
            `Deployment shop/web: container "api" (${POD}.${limits}.memory) is below ` +
                `${POD}.containers[0].resources.requests.memory. Raise the limit or lower the request.`,
        );
    });

    it("bounds the ratio and the amount by option", () => {
        assert.deepEqual(judge(resourceLimits, {}, { maxRatio: 4 }), []);
        assert.equal(judge(resourceLimits, {}, { maxRatio: 3.9 }).length, 8);
        assert.deepEqual(judge(resourceLimits, {}, { max: { memory: "256Mi" } }), []);
        assert.equal(judge(resourceLimits, {}, { max: { memory: "255Mi" } }).length, 4);
    });
});

describe("ephemeral-storage", () => {
    it("demands an amount above 0 as request and as limit of every container", () => {
        const sized = (amount: unknown) => ({ requests: { [RESOURCE]: amount }, limits: { [RESOURCE]: amount } });
        const all = (resources: unknown) =>
            Object.fromEntries(
                ["containers[0]", "containers[1]", "initContainers[0]", "initContainers[1]"].map((place) => [
                    `${place}.resources`,
                    resources,
                ]),
            );
        assert.deepEqual(judge(ephemeralStorage, all(sized("1Gi"))), []);
        for (const amount of [undefined, 0, "0Mi", "-1Gi", "much", true]) {
            const found = judge(ephemeralStorage, { ...all(sized("1Gi")), "containers[0].resources": sized(amount) });
            const paths = ["requests", "limits"].map((list) => `containers[0].resources.${list}.${RESOURCE}`);
            assert.deepEqual(found, paths, String(amount));
        }
    });
});
