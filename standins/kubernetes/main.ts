import { EngineLog } from "../protocol/engine";
import { serve } from "../protocol/server";
import { registerProvider } from "./provider";

serve((server) => {
    registerProvider(server, new EngineLog(process.argv[2]));
});
