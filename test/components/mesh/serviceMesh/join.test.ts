import assert from "node:assert/strict";
import { parse as parseYaml } from "yaml";
import { autoscalerSpec } from "../../../../components/mesh/availability";
import { APP_USER } from "../../../../components/mesh/security";
import { headlessService, mainService, metricsService } from "../../../../components/mesh/services";
import {
    namespaceJoinAnnotations,
    namespaceJoinLabels,
    podJoinAnnotations,
    serviceJoinAnnotations,
} from "../../../../components/mesh/serviceMesh/join";
import { PROXY_USERS } from "../../../../components/mesh/serviceMesh/ports";
import { at } from "../../../support/program";
import { joinedArgs } from "../../../support/serviceMesh";

/** Labels and annotations of the namespace. */
const namespaceOf = (serviceMesh: object, mesh: object = {}) => {
    const args = joinedArgs({ ...serviceMesh }, { ...mesh });
    return { ...namespaceJoinLabels(args), ...namespaceJoinAnnotations(args) };
};

const podOf = (serviceMesh: object, mesh: object = {}) =>
    podJoinAnnotations(joinedArgs({ ...serviceMesh }, { ...mesh }));

describe("Service mesh: joining", () => {
    it("labels the namespace for one kind of injection only", () => {
        assert.deepEqual(namespaceOf({ type: "none" }), {});
        assert.deepEqual(namespaceOf({ type: "istioSidecar" }), { "istio-injection": "enabled" });
        assert.deepEqual(namespaceOf({ type: "istioSidecar", revision: "1-31" }), { "istio.io/rev": "1-31" });
        assert.deepEqual(namespaceOf({ type: "istioAmbient" }), { "istio.io/dataplane-mode": "ambient" });
        assert.deepEqual(namespaceOf({ type: "linkerd" }), { "linkerd.io/inject": "enabled" });
    });

    it("leaves the pods of an ambient mesh and of none as they are", () => {
        assert.deepEqual(podOf({ type: "none" }), {});
        assert.deepEqual(podOf({ type: "istioAmbient" }), {});
    });

    it("lets gossip bypass a sidecar in both directions, and keeps the scrape annotations", () => {
        const { "proxy.istio.io/config": config, ...others } = podOf({ type: "istioSidecar" });
        assert.deepEqual(others, {
            "sidecar.istio.io/proxyCPU": "100m",
            "sidecar.istio.io/proxyMemory": "128Mi",
            "sidecar.istio.io/proxyCPULimit": "2",
            "sidecar.istio.io/proxyMemoryLimit": "1Gi",
            "traffic.sidecar.istio.io/excludeInboundPorts": "7946",
            "traffic.sidecar.istio.io/excludeOutboundPorts": "7946",
            "prometheus.istio.io/merge-metrics": "false",
        });
        assert.deepEqual(parseYaml(config ?? ""), { holdApplicationUntilProxyStarts: true });
    });

    it("excludes no port where gossip goes through the sidecars, and names its protocol", () => {
        const service = { headless: true };
        const meshed = podOf({ type: "istioSidecar", gossip: "meshed" }, { service, metrics: { enabled: false } });
        assert.deepEqual(
            Object.keys(meshed).filter((key) => !key.startsWith("sidecar.istio.io/proxy")),
            ["proxy.istio.io/config"],
        );
        const args = joinedArgs({ type: "istioSidecar", gossip: "meshed" }, { service });
        for (const spec of [mainService(args), headlessService(args)]) {
            const ports = at(spec, "ports");
            assert.ok(Array.isArray(ports));
            assert.equal(
                at(
                    ports.find((port: unknown) => at(port, "name") === "mesh"),
                    "appProtocol",
                ),
                "tcp",
            );
        }
        assert.equal(at(mainService(joinedArgs({ type: "none" })), "ports", 1, "appProtocol"), undefined);
    });

    it("gives every port of the Services a protocol that Istio knows", () => {
        const args = joinedArgs({ type: "istioSidecar" });
        for (const spec of [mainService(args), headlessService(args), metricsService(args)]) {
            const ports = at(spec, "ports");
            assert.ok(Array.isArray(ports) && ports.every((port: unknown) => at(port, "appProtocol") !== undefined));
        }
    });

    it("takes the certificates of sidecars from SPIRE: another template, and the name of the socket", () => {
        const annotations = podOf({ type: "istioSidecar", identity: "spire" });
        assert.equal(annotations["inject.istio.io/templates"], "sidecar,spire");
        assert.deepEqual(parseYaml(annotations["proxy.istio.io/config"] ?? ""), {
            holdApplicationUntilProxyStarts: true,
            proxyMetadata: { WORKLOAD_IDENTITY_SOCKET_FILE: "agent.sock" },
        });
    });

    it("lets the way to the SPIRE server bypass the proxies where it is open", () => {
        const open = { networkPolicy: { spireServer: true } };
        assert.equal(
            podOf({ type: "istioSidecar" }, open)["traffic.sidecar.istio.io/excludeOutboundPorts"],
            "7946,8081",
        );
        assert.equal(podOf({ type: "linkerd" }, open)["config.linkerd.io/skip-outbound-ports"], "7946,8081");
    });

    it("sets Linkerd's inbound policy, its proxy's resources and the ports that it skips", () => {
        const proxy = { requests: { cpu: "50m", memory: "20Mi" }, limits: { cpu: "1", memory: "250Mi" } };
        assert.deepEqual(podOf({ type: "linkerd", proxy }), {
            "config.linkerd.io/default-inbound-policy": "all-authenticated",
            "config.linkerd.io/proxy-cpu-request": "50m",
            "config.linkerd.io/proxy-memory-request": "20Mi",
            "config.linkerd.io/proxy-cpu-limit": "1",
            "config.linkerd.io/proxy-memory-limit": "250Mi",
            "config.linkerd.io/skip-inbound-ports": "7946",
            "config.linkerd.io/skip-outbound-ports": "7946",
        });
        const permissive = podOf({ type: "linkerd", mtls: "permissive" });
        assert.equal(permissive["config.linkerd.io/default-inbound-policy"], "all-unauthenticated");
    });

    it("adds the mesh port to Linkerd's opaque ports, of pods and Services, without losing the default ones", () => {
        const ports = "25,587,3306,4444,5432,6379,9300,11211,7946";
        const key = "config.linkerd.io/opaque-ports";
        assert.equal(podOf({ type: "linkerd", gossip: "meshed" })[key], ports);
        assert.deepEqual(serviceJoinAnnotations(joinedArgs({ type: "linkerd", gossip: "meshed" })), { [key]: ports });
        assert.deepEqual(serviceJoinAnnotations(joinedArgs({ type: "linkerd" })), {});
    });

    it("scales by the app's container alone where a proxy is added to the pods", () => {
        const kinds = (type: string) => {
            const { metrics } = autoscalerSpec(joinedArgs({ type }, { autoscaling: { enabled: true } }));
            assert.ok(Array.isArray(metrics));
            return metrics.map((metric: unknown) => [at(metric, "type"), at(metric, "containerResource", "container")]);
        };
        const whole = ["Resource", undefined];
        const own = ["ContainerResource", "x0tta6bl4"];
        assert.deepEqual(kinds("none"), [whole, whole]);
        assert.deepEqual(kinds("istioAmbient"), [whole, whole]);
        assert.deepEqual(kinds("istioSidecar"), [own, own]);
        assert.deepEqual(kinds("linkerd"), [own, own]);
    });

    it("runs the app as no proxy's user, whose traffic bypasses the proxy", () => {
        assert.ok(Object.values<number>(PROXY_USERS).every((user) => user !== APP_USER));
    });
});
