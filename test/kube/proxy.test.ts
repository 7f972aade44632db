import assert from "node:assert/strict";
import { environmentProxy, kubeconfigProxy, proxyName } from "../../kube/proxy";

/** The address of a proxy. */
const PROXY = "http://proxy:3128";

describe("environmentProxy", () => {
    for (const [server, env, proxy] of [
        ["https://api:6443", {}, undefined],
        ["https://api:6443", { HTTPS_PROXY: PROXY }, PROXY],
        ["https://api:6443", { https_proxy: PROXY }, PROXY],
        ["https://api:6443", { HTTPS_PROXY: PROXY, https_proxy: "http://other:1" }, PROXY],
        ["https://api:6443", { HTTPS_PROXY: "", https_proxy: PROXY }, PROXY],
        ["https://api:6443", { HTTP_PROXY: PROXY }, undefined],
        ["http://api:8080", { HTTP_PROXY: PROXY }, PROXY],
        ["http://api:8080", { HTTPS_PROXY: PROXY }, undefined],
        ["https://api:6443", { HTTPS_PROXY: "proxy:3128" }, PROXY],
        ["https://api:6443", { HTTPS_PROXY: "socks5://proxy:1080" }, "socks5://proxy:1080"],
        ["https://localhost:6443", { HTTPS_PROXY: PROXY }, undefined],
        ["https://127.0.0.1:6443", { HTTPS_PROXY: PROXY }, undefined],
        ["https://127.9.9.9:6443", { HTTPS_PROXY: PROXY }, undefined],
        ["https://[::1]:6443", { HTTPS_PROXY: PROXY }, undefined],
    ] as const) {
        it(`${proxy === undefined ? "is none" : `is ${proxy}`} for ${server} with ${JSON.stringify(env)}`, () => {
            const found = environmentProxy(new URL(server), env);
            assert.equal(found && proxyName(found), proxy);
        });
    }

    for (const [noProxy, server, direct] of [
        ["*", "https://api.corp.test:6443", true],
        ["corp.test", "https://api.corp.test:6443", true],
        ["corp.test", "https://corp.test:6443", true],
        ["corp.test", "https://notcorp.test:6443", false],
        [".corp.test", "https://api.corp.test:6443", true],
        [".corp.test", "https://corp.test:6443", false],
        ["*.corp.test", "https://api.corp.test:6443", true],
        ["*.corp.test", "https://corp.test:6443", false],
        [" CORP.test , other", "https://api.corp.test", true],
        ["api.corp.test:6443", "https://api.corp.test:6443", true],
        ["api.corp.test:443", "https://api.corp.test:6443", false],
        ["api.corp.test:443", "https://api.corp.test", true],
        ["10.0.0.0/8", "https://10.1.2.3:6443", true],
        ["10.0.0.0/8", "https://11.1.2.3:6443", false],
        ["10.0.0.0/8", "https://10.corp.test:6443", false],
        ["10.1.2.3", "https://10.1.2.3:6443", true],
        ["10.1.2.3:6443", "https://10.1.2.3:6443", true],
        ["10.1.2.3:443", "https://10.1.2.3:6443", false],
        ["fd00::/8", "https://[fd00::1]:6443", true],
        ["[fd00::1]:6443", "https://[fd00::1]:6443", true],
        ["fd00::1", "https://[fd00::1]:6443", true],
        ["fd00::2", "https://[fd00::1]:6443", false],
        [",,", "https://api.corp.test", false],
        [":6443", "https://api.corp.test:6443", false],
    ] as const) {
        it(`${direct ? "is none" : "is used"} for ${server} with NO_PROXY ${noProxy}`, () => {
            for (const env of [{ NO_PROXY: noProxy }, { no_proxy: noProxy }]) {
                const found = environmentProxy(new URL(server), { HTTPS_PROXY: PROXY, ...env });
                assert.equal(found === undefined, direct);
            }
        });
    }
});

describe("kubeconfigProxy", () => {
    for (const url of ["http://proxy:3128", "https://proxy", "socks5://proxy:1080"]) {
        it(`takes ${url}`, () => {
            assert.equal(kubeconfigProxy(url).href.replace(/\/$/, ""), url);
        });
    }

    for (const url of ["proxy:3128", "ftp://me:hunter2@proxy", "me:hunter2@proxy"]) {
        it(`refuses ${url.replace("me:hunter2@", "...@")}, and does not show it`, () => {
            assert.throws(
                () => kubeconfigProxy(url),
                ({ message }: Error) =>
                    /proxy-url .* http, https or socks5/.test(message) && !message.includes("hunter2"),
            );
        });
    }
});
