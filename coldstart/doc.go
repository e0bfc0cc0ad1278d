// Package coldstart does a Lambda function's slow first steps while Lambda initialises it, before the first invocation
// is there to wait for them.
//
// [Run] runs named tasks from main, in parallel and under one deadline, and waits for them:
//
//	func main() {
//		ctx := context.Background()
//		cfg, err := config.LoadDefaultConfig(ctx)
//		…
//		cfg.HTTPClient, err = coldstart.NewHTTPClient(cfg.HTTPClient)
//		…
//		client := dynamodb.NewFromConfig(cfg)
//		report, err := coldstart.Run(ctx,
//			coldstart.Connect("table", func(ctx context.Context) error {
//				_, err := client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &table})
//				return err // a dry run: nothing of it is sent
//			}),
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
// nothing in the background. Run waits for 8 s, which leaves 2 s of the 10 that initialisation may take on demand, unless its
// context has a deadline: then until that.
//
// # What may fail
//
// A task that is not Required is there to be quick, not to be right: its error is in the report, and the first
// invocation does again what it did not get done. The error of a Required task is also returned by Run.
//
// A task must heed its context. One that does not is left behind at the deadline: Run returns, and the task goes on
// alone. Its context ends when Run returns, so nothing that a task makes may keep that context.
//
// # Connections and freezes
//
// A connection is the slowest thing that a function waits for, and does not last: peers close it while the process is
// frozen, and the first call after that fails and is made again. [NewHTTPClient] makes an HTTP client for the SDK that
// does not use connections which are probably dead, and gets over those that are. See [HTTPClient] for the rules, and for
// when a request is sent twice.
//
// # Connecting early
//
// [Connect] opens the connection of an SDK client by a dry run of one of its calls: no permission, no charge, and the
// first invocation saves name look-up, TCP and TLS handshakes, two round trips of three. It does what is of use in each
// type of initialisation:
//
//	on-demand                 connects: an invocation is usually waiting
//	lambda-managed-instances  connects, once for each concurrent invocation
//	provisioned-concurrency   loads root certificates, fetches credentials
//	snap-start                loads root certificates, fetches credentials
//	unknown ones              load root certificates, fetch credentials
//	outside Lambda            connects
//
// A handler that makes several calls at once, for the messages of a batch say, needs as many connections: [ConnectN].
//
// Under provisioned concurrency and SnapStart minutes or days may pass before the first invocation, and a connection of
// now is dead by then. After SnapStart's restore an invocation is waiting, and a hook can connect: outside of Run the task
// connects in any type of initialisation.
//
//	start.AfterRestore("table", coldstart.Connect("table", call).Do)
//
// A call that is made for real, as an ordinary [Task], does more: it also finds out whether the table is there and may be
// read. It needs the permission, and is a poor choice where an early connection is of no use. Give such a task an Only.
//
// Reading configuration and fetching secrets are of use in every type of initialisation, but what SnapStart keeps in its
// snapshot is shared by all the environments that are restored from it, and as old as the snapshot: credentials that are
// held outside the SDK's cache, which fetches new ones when they expire, and random seeds do not belong there.
//
// # What few invocations need
//
// A [Lazy] is made at its first use. It forgets failures, so the next invocation tries again; callers wait for the one
// that makes it, each until its own context ends; and [NewExpiring] makes it again when it has become too old:
//
//	var signingKey = coldstart.NewExpiring(10*time.Minute, loadSigningKey)
//
//	key, err := signingKey.Get(ctx)
//
// # Which invocations are cold
//
// A [Start] tells a handler whether its invocation is the first of the environment, and how the environment came to be.
// Cold is what people mean by it: the caller had to wait.
//
//	how the environment came to be           Kind                        the first invocation is cold
//	on demand, for an invocation             "on-demand"                 yes: it waited for the initialisation
//	on demand, ahead of need                 "proactive"                 no: it was initialised before
//	provisioned concurrency                  "provisioned-concurrency"   no: it was initialised before
//	restored by SnapStart                    "snap-start"                yes, but it waited for the restore only
//	on managed instances                     "lambda-managed-instances"  no: it was initialised before
//	in a way that is not known yet           Lambda's name for it        yes
//	outside Lambda                           ""                          yes
//
// No later invocation is cold. Lambda has one name for the first two. They are told apart by the time between the end of
// initialisation and the first invocation: more than the 10 s that an initialisation may take is ahead of need. A shorter one
// that was ahead of need all the same counts as cold. An environment for which provisioned concurrency did not suffice is on
// demand. One that is initialised anew after a crash, inside an invocation, keeps its type: its caller waits, but with
// provisioned concurrency that does not count as cold.
//
// The wrapper goes outermost, so that everything else finds the answer in the context. [Cold] is a plain
// func(context.Context) bool, to be given to what makes spans and metrics.
//
// # Warm-up pings
//
// Scheduled pings keep an environment from being retired. [AnswerPings] and [Pings.Handler] answer them before the
// handler, which would fail on them or, worse, not. They are known by their exact content: see [Pings]. A ping keeps one
// environment alive; for more, or for a promise, there is provisioned concurrency.
//
// # The order of the wrappers
//
// Start outermost, then pings, then package tracing, then the handler:
//
//	lambda.Start(coldstart.Wrap(&start,
//		coldstart.AnswerPings(coldstart.Pings{},
//			tracing.HandleRaw(batch, tracing.WithColdStart(coldstart.Cold)))))
//
// Pings then have no span and are in no metric, nor is a cold start that a ping got. With Wrap inside of AnswerPings pings
// count as nothing, and the first real invocation is cold if it comes within 10 s, though a ping did the waiting.
// With [Start.Handler] inside of HandleRaw, tracing asks before the Start has counted, and no invocation is ever cold.
// With [Pings.Handler] inside of HandleRaw, each ping has a span.
//
// # SnapStart
//
// Initialisation happens once, when a version is published; every environment is a copy of that moment, days later.
// [Start.BeforeSnapshot] and [Start.AfterRestore] register what is to be done on either side, and [Start.Ready] runs it.
// Lambda offers this to Go functions in container images, and aws-lambda-go 1.55.1 does not know of it, so Ready speaks the
// protocol itself. What belongs into hooks: closing connections, fetching credentials and secrets, [Lazy.Reset].
// The generator behind math/rand goes on from where it was in the snapshot, alike in all copies, so nothing that must be
// unique may come from it; crypto/rand asks the kernel each time.
//
// # Testing
//
// [Run], [Start] and [Lazy] take their time from the clock of a bubble of [testing/synctest]. A Start outside Lambda has no
// type of initialisation, and its first invocation is cold.
//
// Package coldstarttest keeps the start short: it fails a test when a function's binary, the allocations of its imports or
// its time to be ready grow over a budget.
//
// The package does nothing when it is imported, and reads the environment when it is called.
package coldstart
