import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { parseImage } from "../../../policy/kubernetes/image";
import { crane, pushImage, startRegistry, type TestRegistry, testClient } from "./server";

/** The digest of `team/web:1` at a host. */
const ask = (host: string) => testClient().digestOf({ registry: host, repository: "team/web" }, "1");

describe("Digests, at a registry of go-containerregistry", () => {
    let registry: TestRegistry | undefined;
    let program = "";

    before(async function () {
        program = (await crane()) ?? "";
        if (program === "") {
            console.log("        crane is not in the cache: npx x0 pipeline tools crane");
            this.skip();
        }
        registry = await startRegistry(program);
    });

    after(() => registry?.close());

    const host = () => registry?.host ?? "";

    it("are those of the index, not of a platform, and the same that crane finds", async () => {
        const pushed = await pushImage(host(), "team/web", "1");
        const found = await ask(host());
        assert.deepEqual(found, { digest: pushed.digest, isIndex: true });
        assert.notEqual(found.digest, pushed.platform);
        const other = spawnSync(program, ["digest", `${host()}/team/web:1`], { encoding: "utf8" });
        assert.equal(other.stdout.trim(), found.digest, other.stderr);
    });

    it("follow the tag when it moves", async () => {
        const first = await pushImage(host(), "team/moving", "1");
        const image = parseImage(`${host()}/team/moving:1`);
        assert.equal((await testClient().digestOf(image, "1")).digest, first.digest);
        const second = await pushImage(host(), "team/moving", "1", true);
        assert.deepEqual(await testClient().digestOf(image, "1"), { digest: second.digest, isIndex: false });
    });

    it("are missing where there is no such tag", async () => {
        const image = parseImage(`${host()}/team/web:2`);
        await assert.rejects(
            testClient().digestOf(image, "2"),
            /^RegistryFault: 127\.0\.0\.1:\d+ has no team\/web:2 \(status 404, MANIFEST_UNKNOWN: /,
        );
    });
});
