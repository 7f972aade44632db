import assert from "node:assert/strict";
import { type Machine, missingForNode } from "./prerequisites";

/** A machine that has everything. */
const WHOLE: Machine = {
    platform: "linux",
    uid: 0,
    hasProgram: () => Promise.resolve(true),
    hasFile: () => true,
};

/** A machine without some programs. */
const without = (...names: readonly string[]): Machine => ({
    ...WHOLE,
    hasProgram: (name) => Promise.resolve(!names.includes(name)),
});

describe("What a real node needs of the machine", () => {
    it("is nothing more on a whole one", async () => {
        assert.deepEqual(await missingForNode(WHOLE), []);
    });

    it("is Linux", async () => {
        assert.deepEqual(await missingForNode({ ...without("go"), platform: "darwin" }), [
            "a real node runs on Linux only",
        ]);
    });

    it("is root", async () => {
        assert.deepEqual(await missingForNode({ ...WHOLE, uid: 1000 }), [
            "it has to be started by root: sudo --preserve-env=PATH npm run test:node",
        ]);
    });

    it("are packages, each named once in the command that brings them, and Go", async () => {
        const machine = { ...without("ctr", "containerd", "iptables", "go"), hasFile: () => false };
        assert.deepEqual(await missingForNode(machine), [
            "these Debian packages are missing: apt-get install --no-install-recommends " +
                "containerd containernetworking-plugins iptables libc6-dev python3",
            "Go is not on PATH: install Go 1.26 or newer from https://go.dev/dl/",
        ]);
    });
});
