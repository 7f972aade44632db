import { RunError } from "@pulumi/pulumi";

/** An error that the user can fix: Pulumi prints its message alone. */
export class UserError extends RunError {
    constructor(message: string) {
        super(message);
        this.name = "UserError";
        // Pulumi formats the stack of every error, shown or not, with util.inspect. In Node 20.20 that exhausts the
        // heap on a frame such as node_modules/@pulumi/resource.ts: 10 to 20 s without output.
        this.stack = message;
    }
}
