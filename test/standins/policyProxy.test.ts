import { credentials, Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { AnalyzerClient, AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
    AnalyzeRequest,
    AnalyzeResponse,
    AnalyzerStackConfigureRequest,
    AnalyzerStackConfigureResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { connect, type Socket } from "node:net";
import { PolicyProxy } from "../../standins/language/policyProxy";
import { tcp } from "../support/localServer";
import { call } from "../support/policyPack";

/** A policy pack that records the caller of each method. */
class Pack {
    /** Name of the method and address of the caller. */
    readonly calls: (readonly [method: string, peer: string])[] = [];
    private readonly server = new Server();

    /** Starts to serve. @returns The port. */
    async listen(): Promise<number> {
        const handlers: UntypedServiceImplementation = {};
        for (const [name, answer] of [
            ["configureStack", new AnalyzerStackConfigureResponse()],
            ["getPluginInfo", new PluginInfo().setVersion("1.2.3")],
            ["analyze", new AnalyzeResponse()],
        ] as const) {
            handlers[name] = (call: { getPeer: () => string }, callback: (error: null, response: object) => void) => {
                this.calls.push([name, call.getPeer()]);
                callback(null, answer);
            };
        }
        this.server.addService(AnalyzerService, handlers);
        return call((callback) => {
            this.server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), callback);
        });
    }

    stop(): void {
        this.server.forceShutdown();
    }
}

describe("stand-in language host: between the engine and a policy pack", () => {
    let proxy: PolicyProxy;
    let pack: Pack;
    let engine: AnalyzerClient;
    let port: number;

    beforeEach(async () => {
        proxy = new PolicyProxy();
        pack = new Pack();
        port = await proxy.listen();
        engine = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
    });

    afterEach(() => {
        engine.close();
        proxy.close("the test is over");
        pack.stop();
    });

    const version = async () =>
        (await call<PluginInfo>((callback) => engine.getPluginInfo(new Empty(), callback))).getVersion();
    const analyze = () =>
        call<AnalyzeResponse>((callback) => engine.analyze(new AnalyzeRequest(), callback)).then(() => undefined);

    it("reports the stack before there is a pack, and to the pack before anything else", async () => {
        const request = new AnalyzerStackConfigureRequest().setStack("staging");
        await call<AnalyzerStackConfigureResponse>((callback) => engine.configureStack(request, callback));
        assert.equal((await proxy.configured)?.getStack(), "staging");
        const waiting = version();
        await proxy.attach(await pack.listen());
        assert.equal(await waiting, "1.2.3");
        assert.deepEqual(
            pack.calls.map(([method]) => method),
            ["configureStack", "getPluginInfo"],
        );
    });

    it("transfers the engine's connection to the pack, without losing a call", async () => {
        const waiting = [version(), version(), version()];
        assert.equal(await proxy.configured, undefined);
        await proxy.attach(await pack.listen());
        const during = Array.from({ length: 20 }, analyze);
        assert.deepEqual(await Promise.all(waiting), ["1.2.3", "1.2.3", "1.2.3"]);
        await Promise.all(during);
        await analyze();
        await analyze();
        const peers = pack.calls.map(([, peer]) => peer);
        assert.equal(pack.calls.length, 25);
        assert.equal(peers.at(-1), peers.at(-2));
        assert.notEqual(peers.at(-1), peers.at(0), "the last calls do not come from the proxy's own client");
    });

    for (const [who, other] of [
        ["engine", "pack"],
        ["pack", "engine"],
    ] as const) {
        it(`ends the ${other}'s connection when the ${who}'s breaks`, async () => {
            const accepted = new EventEmitter();
            const listener = await tcp((socket) => accepted.emit("socket", socket));
            try {
                await proxy.attach(listener.port);
                const fromEngine = connect(port, "127.0.0.1");
                const [toPack] = (await once(accepted, "socket")) as [Socket];
                fromEngine.write("hello");
                assert.equal(String(((await once(toPack, "data")) as [Buffer])[0]), "hello");
                toPack.write("yes?");
                assert.equal(String(((await once(fromEngine, "data")) as [Buffer])[0]), "yes?");
                const [gone, left] = who === "engine" ? [fromEngine, toPack] : [toPack, fromEngine];
                const closed = once(left, "close");
                gone.resetAndDestroy();
                await closed;
            } finally {
                await listener.close();
            }
        });
    }

    it("reports why there is no pack", async () => {
        const waiting = version();
        await proxy.configured;
        proxy.close("the policy pack in /pack ended with exit code 1");
        await assert.rejects(waiting, /the policy pack in \/pack ended with exit code 1|UNAVAILABLE|CANCELLED/);
    });
});
