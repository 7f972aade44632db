import { RunError } from "@pulumi/pulumi";

/** A fault that the user can mend: Pulumi prints its message alone. */
export class UserError extends RunError {
    constructor(message: string) {
        super(message);
        this.name = "UserError";
        // Pulumi formats the stack of every error, shown or not, with util.inspect, and that of Node 20.20 takes its
        // heap's end to get over a frame such as node_modules/@pulumi/resource.ts: 10 to 20 s of silence.
        this.stack = message;
    }
}
