import assert from "node:assert/strict";
import { orphanedPlugins, orphansIn } from "../../engine/strays";

describe("Plugins whose CLI was killed", () => {
    it("are the Kubernetes plugins whose parent is no Pulumi CLI", () => {
        const list = [
            "    1     0 /sbin/init",
            "  100     1 /usr/local/bin/pulumi up --stack staging",
            "  101   100 /home/ann/.pulumi/plugins/resource-kubernetes-v4.34.2/pulumi-resource-kubernetes 127.0.0.1:4711",
            "  200     1 /home/ann/.pulumi/plugins/resource-kubernetes-v4.34.2/pulumi-resource-kubernetes 127.0.0.1:4712",
            "  300     1 pulumi-resource-random 127.0.0.1:4712",
            "  400     1 less pulumi-resource-kubernetes.md",
        ].join("\n");
        assert.deepEqual(orphansIn(list), [200]);
        assert.deepEqual(orphansIn(""), []);
    });

    it("are looked for among the processes of this user", async () => {
        assert.ok(Array.isArray(await orphanedPlugins()));
    });
});
