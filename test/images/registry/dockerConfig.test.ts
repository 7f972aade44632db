import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dockerConfig } from "../../../images/registry/dockerConfig";
import { withFolder, writeScript } from "../../support/temporary";

const auth = (user: string, password: string) => ({ auth: Buffer.from(`${user}:${password}`).toString("base64") });

/** Credentials for a repository from a configuration of this content. */
function credentials(content: unknown, registry: string, repository = "team/web", helper?: string) {
    return withFolder(async (folder) => {
        writeFileSync(join(folder, "config.json"), typeof content === "string" ? content : JSON.stringify(content));
        if (helper !== undefined) {
            await writeScript(join(folder, "bin", "docker-credential-test"), helper);
        }
        const env = { DOCKER_CONFIG: folder, PATH: `${join(folder, "bin")}:/usr/bin:/bin` };
        return dockerConfig(env).credentialsFor(registry, repository);
    });
}

describe("Docker's configuration", () => {
    it("has the credentials of docker login, by any name of the registry", async () => {
        const me = { type: "password", username: "me", password: "a:b" };
        for (const [key, registry] of [
            ["ghcr.io", "ghcr.io"],
            ["https://ghcr.io", "ghcr.io"],
            ["https://ghcr.io/v2/", "ghcr.io"],
            ["https://index.docker.io/v1/", "docker.io"],
            ["docker.io", "docker.io"],
        ] as const) {
            assert.deepEqual(await credentials({ auths: { [key]: auth("me", "a:b") } }, registry), me, key);
        }
        const other = { auths: { "ghcr.io.example.com": auth("me", "b"), "quay.io": {} } };
        assert.equal(await credentials(other, "ghcr.io"), undefined);
        assert.equal(await credentials(other, "quay.io"), undefined);
    });

    it("takes the entry for the longest path, as podman writes them, and whole parts of a path alone", async () => {
        const auths = { "quay.io": auth("all", "1"), "quay.io/team": auth("team", "2"), "quay.io/te": auth("te", "3") };
        const user = async (repository: string) => {
            const found = await credentials({ auths }, "quay.io", repository);
            return found?.type === "password" ? found.username : undefined;
        };
        assert.equal(await user("team/web"), "team");
        assert.equal(await user("other/web"), "all");
    });

    it("has identity tokens", async () => {
        const auths = { "example.azurecr.io": { ...auth("00000000", ""), identitytoken: "id" } };
        assert.deepEqual(await credentials({ auths }, "example.azurecr.io"), { type: "identityToken", token: "id" });
    });

    it("asks the helper of the registry, or the one for all, with the name that it knows the registry by", async () => {
        const helper = `read -r name; echo "{\\"Username\\":\\"$name\\",\\"Secret\\":\\"s\\"}"`;
        const as = (username: string) => ({ type: "password", username, password: "s" });
        const own = { credHelpers: { "ghcr.io": "test" }, auths: { "ghcr.io": auth("file", "x") } };
        assert.deepEqual(await credentials(own, "ghcr.io", "a", helper), as("ghcr.io"));
        const all = { credsStore: "test" };
        assert.deepEqual(await credentials(all, "docker.io", "a", helper), as("https://index.docker.io/v1/"));
        const token = `echo '{"Username":"<token>","Secret":"id"}'`;
        assert.deepEqual(await credentials(all, "ghcr.io", "a", token), { type: "identityToken", token: "id" });
    });

    it("has none where the helper has none, and says why where it fails, without its output", async () => {
        const config = { credsStore: "test" };
        const none = "echo 'credentials not found in native keychain'; exit 1";
        assert.equal(await credentials(config, "ghcr.io", "a", none), undefined);
        for (const [script, reason] of [
            ["echo secret; exit 3", /^Error: docker-credential-test, which \S+config\.json names: exit code 3$/],
            ["echo secret", /names: no answer in its protocol$/],
            [undefined, /names: not found$/],
        ] as const) {
            await assert.rejects(credentials(config, "ghcr.io", "a", script), (error) => {
                assert.match(String(error), reason);
                assert.doesNotMatch(String(error), /secret/);
                return true;
            });
        }
        await assert.rejects(credentials({ credsStore: "../x" }, "ghcr.io"), /is not the name of a program/);
    });

    it("is named where it is not one, and not needed", async () => {
        await assert.rejects(credentials("no JSON", "ghcr.io"), /config\.json is not a configuration of Docker/);
        await withFolder(async (folder) => {
            assert.equal(await dockerConfig({ HOME: folder }).credentialsFor("ghcr.io", "a"), undefined);
            mkdirSync(join(folder, ".docker"));
            writeFileSync(
                join(folder, ".docker", "config.json"),
                JSON.stringify({ auths: { "ghcr.io": auth("home", "x") } }),
            );
            const found = await dockerConfig({ HOME: folder }).credentialsFor("ghcr.io", "a");
            assert.deepEqual(found, { type: "password", username: "home", password: "x" });
        });
    });
});
