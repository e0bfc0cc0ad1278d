// Package coldstart does a Lambda function's slow first steps while Lambda initialises it, before the first invocation
// is there to wait for them.
//
// [Run] runs named tasks from main, in parallel and under one deadline, and waits for them:
//
//	func main() {
//		report, err := coldstart.Run(context.Background(),
//			coldstart.Task{Name: "table", Do: store.Prime},
//			coldstart.Task{Name: "secrets", Do: loadSecrets, Required: true},
//		)
//		slog.Info("initialised", "report", report)
//		if err != nil {
//			slog.Error("cannot start", "error", err)
//			os.Exit(1) // Lambda starts the function again
//		}
//		lambda.Start(handler)
//	}
//
// # Why tasks are awaited
//
// Initialisation ends, and Lambda may freeze the process, when lambda.Start asks for the first invocation. A goroutine
// that is still at work then stops half-way, until an invocation thaws it. So call Run before lambda.Start, and start
// nothing in the background.
//
// # What may fail
//
// A task that is not Required is there to be quick, not to be right: its error is in the report, and the first
// invocation does again what it did not get done. The error of a Required task is also returned by Run.
//
// A task must heed its context. One that does not is left behind at the deadline: Run returns, and the task goes on
// alone. Its context ends when Run returns, so nothing that a task makes may keep that context.
//
// # When early connections do harm
//
// On demand the first invocation follows initialisation at once, and a connection that is open by then saves it the
// handshakes. Under provisioned concurrency and SnapStart, minutes or days may pass in between. The peer has closed
// the connection by then, the client does not know it yet, and the first call fails on it and is retried after a
// pause: slower than if nothing had been opened. Give tasks that open connections an Only:
//
//	coldstart.Task{
//		Name: "table",
//		Do:   store.Prime,
//		Only: []coldstart.InitializationType{coldstart.OnDemand, coldstart.ManagedInstances},
//	}
//
// Reading configuration, loading root certificates and fetching secrets are of use in every kind of initialisation,
// but what SnapStart keeps in its snapshot is shared by all the environments that are restored from it, and as old as
// the snapshot: credentials and random seeds do not belong there.
//
// The package does nothing when it is imported, and reads the environment when it is called.
package coldstart
