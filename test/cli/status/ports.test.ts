import assert from "node:assert/strict";
import { portNotes } from "../../../cli/status/ports";
import { parseState } from "../../../engine/state";
import { parse } from "../../support/parseSettings";

const POD = {
    namespace: "x0tta6bl4-staging",
    name: "pod-1",
    ready: true,
    restarts: 0,
    state: "Running",
    message: "",
    createdAt: new Date(0),
};

/** State of a stack after its first update. */
function state() {
    const { mesh } = parse();
    const root = { type: "pulumi:pulumi:Stack", urn: "urn:pulumi:staging::x::pulumi:pulumi:Stack::x-staging" };
    const app = { type: "x0tta6bl4:mesh:MeshApp", urn: "urn:pulumi:staging::x::x0tta6bl4:mesh:MeshApp::mesh" };
    return parseState(
        JSON.stringify({
            deployment: {
                resources: [
                    { ...root, custom: false, outputs: { namespace: mesh.namespace } },
                    {
                        ...app,
                        custom: false,
                        inputs: { environment: { name: "staging" }, settings: { ...mesh }, spire: {} },
                    },
                ],
            },
        }),
    );
}

function notes(serves: readonly number[], more: { readonly embedded?: boolean; readonly ready?: boolean } = {}) {
    return portNotes(
        { stack: "staging", embedded: more.embedded ?? false, state: state() },
        { target: { context: "test" } },
        [{ name: "Mesh", pods: [{ ...POD, ready: more.ready ?? true }] }],
        {
            ask: (path) => Promise.resolve(serves.includes(Number(/:(\d+)\/proxy/.exec(path)?.[1])) ? 200 : 503),
            listen: () => Promise.resolve(serves),
        },
    );
}

describe("The status of the app's ports", () => {
    it("is where the metrics are and the command that moves the setting there", async () => {
        assert.deepEqual(await notes([8000]), [
            "ports of the mesh: /metrics answers on 8000, not on mesh.ports.metrics (9090): pulumi config set --stack staging --path mesh.ports.metrics 8000",
        ]);
    });

    it("is nothing where all answer, before a pod is ready, and on simulated nodes", async () => {
        assert.deepEqual(await notes([8000, 9090, 7946]), []);
        assert.deepEqual(await notes([8000], { ready: false }), []);
        assert.deepEqual(await notes([8000], { embedded: true }), []);
    });
});
