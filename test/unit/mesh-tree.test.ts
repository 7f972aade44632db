import assert from "node:assert/strict";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { runProgram } from "../support/program";
import { ofSpire, record, run, STACKS } from "../support/mesh";
import { EVERYTHING_ON } from "../support/meshVariants";

/** The parts of a registration that the mocks do not hand on. */
interface Registration {
    getType(): string;
    getName(): string;
    getParent(): string;
    getDependenciesList(): string[];
    getCustom(): boolean;
}

/** Where a resource stands among the others. */
interface Place {
    readonly type: string;
    readonly name: string;
    readonly parent: string;
    readonly dependsOn: readonly string[];
    readonly custom: boolean;
}

/** `type::name` at the end of a URN, without the types of the parents. */
const identity = (urn: string) => urn.split("::").slice(-2).join("::").split("$").at(-1) ?? "";

/** Runs the program and records what hangs on what. */
async function places(stack: string, overrides = {}): Promise<Place[]> {
    const found: Place[] = [];
    // The mocks are told neither parents nor dependencies; only the monitor beneath them is.
    const original = Object.getOwnPropertyDescriptor(MockMonitor.prototype, "registerResource");
    assert.ok(original !== undefined);
    Object.defineProperty(MockMonitor.prototype, "registerResource", {
        ...original,
        value: function (this: MockMonitor, request: Registration, callback: unknown): unknown {
            found.push({
                type: request.getType(),
                name: request.getName(),
                parent: identity(request.getParent()),
                dependsOn: request.getDependenciesList().map(identity),
                custom: request.getCustom(),
            });
            return Reflect.apply(original.value as () => unknown, this, [request, callback]);
        },
    });
    try {
        await runProgram(stack, overrides);
    } finally {
        Object.defineProperty(MockMonitor.prototype, "registerResource", original);
    }
    return found.filter(({ name }) => !ofSpire(name));
}

describe("Mesh component", () => {
    let everything: Place[] = [];

    before(async () => {
        everything = await places("staging", EVERYTHING_ON);
    });

    /** What a resource of the fullest stack waits for. */
    function dependencies(name: string, type: string): readonly string[] {
        const place = everything.find((candidate) => candidate.name === name && candidate.type.endsWith(`:${type}`));
        assert.ok(place !== undefined, `${type} ${name}`);
        return place.dependsOn;
    }

    it("is the parent of every resource that it makes", () => {
        const children = everything.filter(({ type, custom }) => custom && !type.startsWith("pulumi:"));
        assert.ok(children.length > 20);
        for (const { name, parent } of children) {
            assert.equal(parent, "x0tta6bl4:mesh:MeshApp::mesh", name);
        }
    });

    it("starts the pods when account, permissions, configuration, keys and network rules are there", () => {
        const waits = dependencies("mesh", "Deployment");
        const needed = everything
            .filter(({ type }) =>
                /:(ServiceAccount|ClusterRoleBinding|ConfigMap|Secret|NetworkPolicy|Namespace)$/.test(type),
            )
            .map(({ type, name }) => `${type}::${name}`);
        assert.ok(needed.length > 10);
        assert.deepEqual(
            needed.filter((resource) => !waits.includes(resource)),
            [],
        );
    });

    it("opens the Services when the pods are there", () => {
        const deployment = "kubernetes:apps/v1:Deployment::mesh";
        assert.ok(dependencies("mesh-service", "Service").includes(deployment));
        assert.ok(dependencies("mesh-metrics-service", "Service").includes(deployment));
        assert.ok(dependencies("mesh-autoscaler", "HorizontalPodAutoscaler").includes(deployment));
    });

    it("opens the headless Service before the pods, which look for it while they start", () => {
        const waits = dependencies("mesh-headless-service", "Service");
        assert.ok(!waits.includes("kubernetes:apps/v1:Deployment::mesh"));
    });

    it("makes nothing in the namespace before the namespace", () => {
        const namespaced = everything.filter(
            ({ type }) => type.startsWith("kubernetes:") && !/:(Namespace|ClusterRole)$/.test(type),
        );
        for (const { name, dependsOn } of namespaced) {
            assert.ok(dependsOn.includes("kubernetes:core/v1:Namespace::mesh-namespace"), name);
        }
    });

    for (const stack of STACKS) {
        it(`gets plain data as arguments in ${stack}`, async () => {
            const app = (await run(stack)).resources.find(({ type }) => type === "x0tta6bl4:mesh:MeshApp");
            assert.ok(app !== undefined);
            assert.deepEqual(Object.keys(app.inputs).sort(), ["environment", "settings", "spire"]);
            assert.deepEqual(JSON.parse(JSON.stringify(app.inputs)), app.inputs);
            assert.ok(Object.keys(record(app.inputs.settings)).length > 20);
        });
    }
});
