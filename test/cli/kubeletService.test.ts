import assert from "node:assert/strict";
import { findKubeletService } from "../../cli/kubeletService";
import type { ReadAnswer } from "../../kube/read";

const SERVICE = "/api/v1/namespaces/kube-system/services/prometheus-kube-prometheus-kubelet";
const DEPLOYMENTS = "/apis/apps/v1/deployments";
const OWN = { "app.kubernetes.io/managed-by": "prometheus-operator", "app.kubernetes.io/name": "kubelet" };

const service = (labels: Record<string, string>) => ({ metadata: { labels } });
const operator = (...args: string[]) => ({
    items: [
        {
            metadata: { name: "operator", namespace: "monitoring" },
            spec: { template: { spec: { containers: [{}, { args }] } } },
        },
    ],
});

/** Result with these objects in the cluster. */
const found = (objects: Record<string, unknown>, hidden: readonly string[] = []) =>
    findKubeletService((path): Promise<ReadAnswer> =>
        Promise.resolve(hidden.includes(path) ? { seen: false, status: 403 } : { seen: true, object: objects[path] }),
    );

describe("The Service of the kubelets that an operator left", () => {
    it("is not reported if it does not exist or is not visible", async () => {
        assert.equal(await found({}), undefined);
        assert.equal(await found({ [SERVICE]: service(OWN) }, [SERVICE]), undefined);
    });

    it("can be removed when no operator is left", async () => {
        assert.deepEqual(await found({ [SERVICE]: service(OWN), [DEPLOYMENTS]: { items: [] } }), { needed: undefined });
        assert.deepEqual(await found({ [SERVICE]: service(OWN), [DEPLOYMENTS]: { items: null } }), {
            needed: undefined,
        });
    });

    it("can be removed if another operator maintains a different one", async () => {
        const other = operator("--kubelet-service=kube-system/other-kubelet");
        assert.deepEqual(await found({ [SERVICE]: service(OWN), [DEPLOYMENTS]: other }), { needed: undefined });
    });

    it("is kept while an operator maintains it, is named then", async () => {
        const live = operator("--kubelet-service=kube-system/prometheus-kube-prometheus-kubelet");
        assert.deepEqual(await found({ [SERVICE]: service(OWN), [DEPLOYMENTS]: live }), {
            needed: "maintained by the operator monitoring/operator",
        });
    });

    it("is kept where it is not the operator's, or where it cannot be known that none is left", async () => {
        assert.match((await found({ [SERVICE]: service({}) }))?.needed ?? "", /lacks the labels/);
        assert.match(
            (await found({ [SERVICE]: service(OWN) }, [DEPLOYMENTS]))?.needed ?? "",
            /cannot list deployments/,
        );
    });
});
