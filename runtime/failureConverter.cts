import common = require('@temporalio/common');

/** Messages and stacks of failures go through the codec too: an error text must not leave a name in Temporal's store. */
export = { failureConverter: new common.DefaultFailureConverter({ encodeCommonAttributes: true }) };
