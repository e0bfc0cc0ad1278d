package main

import "time"

// comparison is a row of the table: two benchmarks that do the same, one with the library and one with what people would use
// instead.
type comparison struct {
	pkg, what, against string

	folder string // of the benchmark, from the repository's root
	parent string // the benchmark's name without Benchmark, down to where the sides part
	ours   string // the last part of the names
	theirs string
	metric string // a ratio that the benchmark makes itself; it has no sides then

	// What is aimed at: ratios that are not to be exceeded, 0 for none. With more the time that ours takes beyond theirs is
	// divided by it, and without theirs the whole time. moreAllocs is how many allocations ours may make beyond theirs.
	aim, allocsAim float64
	more           time.Duration
	moreAllocs     float64
}

const (
	repo    = "benchmarks/singletable"
	codec   = "singletable/internal/itemcodec"
	byHand  = "by hand"
	withOwn = "benchmarks/tracing"
)

var comparisons = []comparison{
	{pkg: "sqsbatch", what: "raw to raw, 1 message", against: "loop by hand behind lambda.NewHandler",
		folder: "sqsbatch", parent: "Invoke/empty/n=1", ours: "sqsbatch", theirs: "by-hand"},
	{pkg: "sqsbatch", what: "raw to raw, 10 messages", against: "loop by hand behind lambda.NewHandler", aim: 0.5, allocsAim: 0.5,
		folder: "sqsbatch", parent: "Invoke/empty/n=10", ours: "sqsbatch", theirs: "by-hand"},
	{pkg: "sqsbatch", what: "raw to raw, 100 messages", against: "loop by hand behind lambda.NewHandler", aim: 0.5, allocsAim: 0.5,
		folder: "sqsbatch", parent: "Invoke/empty/n=100", ours: "sqsbatch", theirs: "by-hand"},
	{pkg: "sqsbatch", what: "raw to raw, 10,000 messages", against: "loop by hand behind lambda.NewHandler", aim: 0.5, allocsAim: 0.5,
		folder: "sqsbatch", parent: "Invoke/empty/n=10000", ours: "sqsbatch", theirs: "by-hand"},
	{pkg: "sqsbatch", what: "function form, 1 message", against: "loop by hand", aim: 1.05,
		folder: "sqsbatch", parent: "Handle/empty/n=1", ours: "sqsbatch", theirs: "by-hand"},
	{pkg: "sqsbatch", what: "function form, 10 messages", against: "loop by hand", aim: 1.05,
		folder: "sqsbatch", parent: "Handle/empty/n=10", ours: "sqsbatch", theirs: "by-hand"},
	{pkg: "sqsbatch", what: "function form, 100 messages", against: "loop by hand", aim: 1.05,
		folder: "sqsbatch", parent: "Handle/empty/n=100", ours: "sqsbatch", theirs: "by-hand"},
	{pkg: "sqsbatch", what: "function form, 10,000 messages", against: "loop by hand", aim: 1.05,
		folder: "sqsbatch", parent: "Handle/empty/n=10000", ours: "sqsbatch", theirs: "by-hand"},
	{pkg: "sqsbatch", what: "10 messages, each waits 20 ms", against: "loop by hand, one after another", aim: 0.12,
		folder: "sqsbatch", parent: "Handle/io/n=10", ours: "sqsbatch", theirs: "by-hand"},

	overSDK("put", "Put", "http", 1.05, 1.05),
	overSDK("get", "Get", "http", 1.05, 1.05),
	overSDK("query-100", "Query of 100", "http", 1, 1.05),
	overSDK("batch-get-100", "BatchGet of 100", "http", 1, 1.05),
	overSDK("transact-3", "Transact of 3", "http", 1.05, 1.05),
	overSDK("put", "Put", "canned", 0, 1),
	overSDK("get", "Get", "canned", 0, 1),
	overSDK("update", "Update", "canned", 0, 1),
	overSDK("query-100", "Query of 100", "canned", 0, 1),
	overSDK("batch-get-100", "BatchGet of 100", "canned", 0, 1),
	overSDK("transact-3", "Transact of 3", "canned", 0, 1),
	overGuregu("put", "Put", "http"),
	overGuregu("get", "Get", "http"),
	overGuregu("query-100", "Query of 100", "http"),
	overGuregu("batch-get-100", "BatchGet of 100", "http"),
	overGuregu("transact-3", "Transact of 3", "http"),
	overGuregu("put", "Put", "canned"),
	overGuregu("get", "Get", "canned"),
	overGuregu("query-100", "Query of 100", "canned"),
	overGuregu("batch-get-100", "BatchGet of 100", "canned"),
	overGuregu("transact-3", "Transact of 3", "canned"),

	{pkg: "singletable", what: "encode 12 attributes", against: "attributevalue", aim: 0.5,
		folder: codec, parent: "Encode", ours: "itemcodec", theirs: "attributevalue"},
	{pkg: "singletable", what: "decode 12 attributes of 17", against: "attributevalue", aim: 0.4,
		folder: codec, parent: "Decode/stored", ours: "itemcodec", theirs: "attributevalue"},
	{pkg: "singletable", what: "decode 100 such items", against: "attributevalue", aim: 0.4,
		folder: codec, parent: "DecodePage", ours: "itemcodec", theirs: "attributevalue"},
	{pkg: "singletable", what: "encode 12 attributes", against: "a function for this struct", aim: 2.5,
		folder: codec, parent: "Encode", ours: "itemcodec", theirs: "floor"},
	{pkg: "singletable", what: "decode 12 attributes of 17", against: "a function for this struct", aim: 2.5,
		folder: codec, parent: "Decode/stored", ours: "itemcodec", theirs: "floor"},
	{pkg: "singletable", what: "decode 100 such items", against: "a function for this struct", aim: 2.5,
		folder: codec, parent: "DecodePage", ours: "itemcodec", theirs: "floor"},
	{pkg: "singletable", what: "Repo.Decode, 12 attributes of 17", against: "attributevalue", aim: 0.4,
		folder: repo, parent: "Decode", ours: "singletable", theirs: "attributevalue"},
	{pkg: "singletable", what: "Repo.Decode, 12 attributes of 17", against: "guregu/dynamo v2", aim: 1,
		folder: repo, parent: "Decode", ours: "singletable", theirs: "guregu"},

	{pkg: "eventbridge", what: "Decode, detail of S3", against: "aws-lambda-go and a second json.Unmarshal", aim: 0.5,
		folder: "eventbridge", parent: "Decode", ours: "Decode", theirs: "two passes"},
	{pkg: "eventbridge", what: "Decode, detail by encoding/json", against: "aws-lambda-go and a second json.Unmarshal", aim: 0.5,
		folder: "eventbridge", parent: "Decode", ours: "own detail", theirs: "two passes"},
	{pkg: "eventbridge", what: "invocation through Handle", against: "aws-lambda-go and a second json.Unmarshal", aim: 0.5,
		folder: "eventbridge", parent: "Invoke", ours: "Handle", theirs: "two passes"},
	{pkg: "eventbridge/pattern", what: "an event that matches", against: "decoding into maps",
		folder: "eventbridge/pattern", parent: "Match/match", ours: "pattern", theirs: "maps"},
	{pkg: "eventbridge/pattern", what: "an event that does not", against: "decoding into maps",
		folder: "eventbridge/pattern", parent: "Match/miss", ours: "pattern", theirs: "maps"},
	{pkg: "eventbridge/pattern", what: "an event that matches", against: "1 µs", aim: 1, more: time.Microsecond,
		folder: "eventbridge/pattern", parent: "Match/match", ours: "pattern"},
	{pkg: "eventbridge/pattern", what: "an event that does not", against: "1 µs", aim: 1, more: time.Microsecond,
		folder: "eventbridge/pattern", parent: "Match/miss", ours: "pattern"},

	{pkg: "coldstart", what: "first call, TLS to a service 20 ms away", against: "the SDK's own client", aim: 0.35,
		folder: "coldstart", parent: "FirstCall", metric: "connected/sdk"},
	{pkg: "coldstart", what: "first invocation of a process, same service", against: "the same function without it", aim: 0.35,
		folder: "benchmarks/coldstart", parent: "Process", metric: "first-invocation-ratio"},
	{pkg: "coldstart", what: "start of the process to its first answer", against: "the same function without it", aim: 1.05,
		folder: "benchmarks/coldstart", parent: "Process", metric: "first-answer-ratio"},

	{pkg: "tracing", what: "not sampled, beyond the bare handler", against: "1 µs", aim: 1, more: time.Microsecond, moreAllocs: 3,
		folder: withOwn, parent: "Handle/order/unsampled", ours: "lambdapatterns", theirs: "bare"},
	{pkg: "tracing", what: "not sampled", against: "otellambda", aim: 1, allocsAim: 1,
		folder: withOwn, parent: "Handle/order/unsampled", ours: "lambdapatterns", theirs: "otellambda"},
	{pkg: "tracing", what: "sampled", against: "otellambda", aim: 1, allocsAim: 1,
		folder: withOwn, parent: "Handle/order/sampled", ours: "lambdapatterns", theirs: "otellambda"},
	{pkg: "tracing", what: "sampled, a request of an HTTP API", against: "otellambda", aim: 1, allocsAim: 1,
		folder: withOwn, parent: "Handle/request/sampled", ours: "lambdapatterns", theirs: "otellambda"},

	{pkg: "examples/payments", what: "binary of the API's function", against: "the same by hand", aim: 1.05,
		folder: "benchmarks/payments", parent: "Function", metric: "size-ratio"},
	{pkg: "examples/payments", what: "start of its process to ready", against: "the same by hand", aim: 1.05,
		folder: "benchmarks/payments", parent: "Function", metric: "ready-ratio"},
}

// overSDK compares a call of a repository with the same by hand: over HTTP, or with a client that answers at once.
func overSDK(name, what, over string, aim, allocs float64) comparison {
	return comparison{pkg: "singletable", what: what + where(over), against: "SDK calls " + byHand, aim: aim, allocsAim: allocs,
		folder: repo, parent: "Repo/" + over + "/" + name, ours: "singletable", theirs: "by-hand"}
}

func overGuregu(name, what, over string) comparison {
	return comparison{pkg: "singletable", what: what + where(over), against: "guregu/dynamo v2", aim: 0.7,
		folder: repo, parent: "Repo/" + over + "/" + name, ours: "singletable", theirs: "guregu"}
}

func where(over string) string {
	if over == "http" {
		return ", loopback HTTP"
	}
	return ", no network"
}
