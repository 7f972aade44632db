import assert from "node:assert/strict";
import { messageOf, parse } from "../support/parseSettings";
import { SPIRE_CHOICES } from "../support/spireChoices";

/** Settings of the mesh, of SPIRE and of monitoring that do not fit together, and the refusal. */
type Refused = readonly [what: string, sections: { mesh: object; monitoring?: object }, refusal: RegExp];

const sidecar = (serviceMesh: object) => ({ type: "istioSidecar", ...serviceMesh });
const NO_MONITORING = { enabled: false };

describe("Service mesh settings", () => {
    it("join none by default, and then leave no trace", () => {
        assert.equal(parse().mesh.serviceMesh, undefined);
    });

    it("fill in what the type decides", () => {
        const joined = (type: string) => parse({ mesh: { serviceMesh: { type } } }).mesh.serviceMesh;
        const fields = (type: string) => {
            const { gossip, controlPlaneNamespace, mtls, identity, metrics } = joined(type) ?? {};
            return { gossip, controlPlaneNamespace, mtls, identity, metrics };
        };
        const common = { mtls: "strict", identity: "mesh", metrics: "plaintext" };
        const istio = { ...common, controlPlaneNamespace: "istio-system" };
        assert.deepEqual(fields("istioSidecar"), { ...istio, gossip: "excluded" });
        assert.deepEqual(fields("istioAmbient"), { ...istio, gossip: "meshed" });
        assert.deepEqual(fields("linkerd"), { ...common, controlPlaneNamespace: "linkerd", gossip: "excluded" });
    });

    it("take what is set", () => {
        const serviceMesh = sidecar({ revision: "1-31", gossip: "meshed", controlPlaneNamespace: "mesh-control" });
        const { mesh } = parse({ mesh: { serviceMesh, service: { headless: true } } });
        assert.equal(mesh.serviceMesh?.revision, "1-31");
        assert.equal(mesh.serviceMesh.gossip, "meshed");
        assert.equal(mesh.serviceMesh.controlPlaneNamespace, "mesh-control");
    });

    const refused: readonly Refused[] = [
        [
            "a revision in ambient, which would inject sidecars as well",
            { mesh: { serviceMesh: { type: "istioAmbient", revision: "1-31" } } },
            /serviceMesh\.revision = "1-31"\n +must be: removed while mesh\.serviceMesh\.type is istioAmbient.*\n +fix: +pulumi config rm/,
        ],
        [
            "a revision of Linkerd",
            { mesh: { serviceMesh: { type: "linkerd", revision: "a" } } },
            /removed while mesh\.serviceMesh\.type is linkerd/,
        ],
        ...["istioAmbient", "linkerd", "none"].map((type): Refused => [
            `SPIRE's certificates with ${type}`,
            { mesh: { serviceMesh: { type, identity: "spire" } } },
            new RegExp(`serviceMesh\\.identity = "spire"\\n +must be: mesh while mesh\\.serviceMesh\\.type is ${type}`),
        ]),
        [
            "SPIRE's certificates without the CSI driver",
            { mesh: { serviceMesh: sidecar({ identity: "spire" }), spireSocket: { type: "hostPath" } } },
            /spireSocket\.type = "hostPath"\n +must be: csi while mesh\.serviceMesh\.identity is spire/,
        ],
        [
            "gossip that bypasses ztunnel",
            { mesh: { serviceMesh: { type: "istioAmbient", gossip: "excluded" } } },
            /serviceMesh\.gossip = "excluded"\n +must be: meshed while mesh\.serviceMesh\.type is istioAmbient/,
        ],
        [
            "gossip through sidecars without a headless Service",
            { mesh: { serviceMesh: sidecar({ gossip: "meshed" }) } },
            /service\.headless = false\n +must be: true while mesh\.serviceMesh\.gossip is meshed/,
        ],
        [
            "metrics in plain text on the port of the API",
            { mesh: { serviceMesh: sidecar({}), ports: { metrics: 8000 } } },
            /serviceMesh\.metrics = "plaintext"\n +must be: meshed while mesh\.ports\.metrics equals mesh\.ports\.http \(8000\)/,
        ],
        [
            "a Prometheus in the mesh where this stack's is outside",
            { mesh: { serviceMesh: sidecar({ metrics: "meshed" }) }, monitoring: {} },
            /serviceMesh\.metrics = "meshed"\n +must be: plaintext while this stack installs Prometheus/,
        ],
        [
            "a port of the sidecar",
            { mesh: { serviceMesh: sidecar({}), ports: { http: 15_021 } } },
            /ports\.http = 15021\n +must be: none of .*15021/,
        ],
        [
            "a port of Linkerd's proxy",
            { mesh: { serviceMesh: { type: "linkerd" }, ports: { mesh: 4143 } } },
            /ports\.mesh = 4143\n +must be: none of 4140, 4143/,
        ],
        [
            "limits of the proxy below its requests",
            { mesh: { serviceMesh: sidecar({ proxy: { requests: { cpu: "3" } } }) } },
            /serviceMesh\.proxy\.limits\.cpu = "2"\n +must be: at least mesh\.serviceMesh\.proxy\.requests\.cpu \(3\)/,
        ],
        [
            "a control plane in the mesh's own namespace",
            { mesh: { serviceMesh: sidecar({ controlPlaneNamespace: "x0tta6bl4-staging" }) } },
            /controlPlaneNamespace = "x0tta6bl4-staging"\n +must be: the namespace of the mesh's control plane/,
        ],
        [
            "an unknown mesh",
            { mesh: { serviceMesh: { type: "consul" } } },
            /serviceMesh\.type = .*\n +must be: .*linkerd/,
        ],
    ];
    for (const [what, sections, refusal] of refused) {
        it(`refuse ${what}`, () => {
            assert.match(messageOf({ monitoring: NO_MONITORING, ...sections }), refusal);
        });
    }

    it("refuse SPIRE's certificates where this stack runs no SPIRE", () => {
        const spire = { ...SPIRE_CHOICES, enabled: false };
        assert.match(
            messageOf({ mesh: { serviceMesh: sidecar({ identity: "spire" }) }, spire, monitoring: NO_MONITORING }),
            /spire\.enabled = false\n +must be: true while mesh\.serviceMesh\.identity is spire/,
        );
    });

    it("accept a Prometheus of the mesh's own, and plain text on the API's port while mTLS is permissive", () => {
        const metrics = { ports: { metrics: 8000 } };
        parse({ mesh: { serviceMesh: sidecar({ metrics: "meshed" }), ...metrics }, monitoring: NO_MONITORING });
        parse({ mesh: { serviceMesh: sidecar({ mtls: "permissive" }), ...metrics } });
    });

    it("leave the ports of proxies to the app where it joins no mesh", () => {
        parse({ mesh: { ports: { http: 15_021, mesh: 4143 } } });
    });
});
