package singletabletest_test

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

var (
	differentialSteps = flag.Int("differential.steps", 3000, "how many random operations TestDifferential does")
	differentialSeed  = flag.Uint64("differential.seed", 0, "the seed of the one sequence that TestDifferential does; 0 for many of random ones")
)

// sequenceLength is how many operations run on a table before the next sequence begins with an empty one.
const sequenceLength = 150

// TestDifferential does random operations on the in-memory engine and on AWS's DynamoDB Local. Both must give the same
// answers, refuse the same requests with the same codes, reasons and items, and hold the same items in the end. Where Local
// itself departs from AWS's documentation (see the end of conformance_test.go) nothing is generated, or the difference is
// taken out of the answer.
//
// A sequence that the engines disagree about is shortened and printed with its seed, which does it again:
//
//	.ci/dynamodb-local go test ./singletable/singletabletest -run TestDifferential -differential.seed 42
//	.ci/dynamodb-local go test ./singletable/singletabletest -run TestDifferential -differential.steps 100000 -timeout 1h
func TestDifferential(t *testing.T) {
	t.Parallel()
	url := os.Getenv("TEST_DYNAMODB_URL")
	switch {
	case url == "" && os.Getenv("TEST_DYNAMODB_REQUIRED") == "1":
		t.Fatal("TEST_DYNAMODB_REQUIRED is 1 and TEST_DYNAMODB_URL is not set: run the tests under .ci/dynamodb-local")
	case url == "":
		t.Skip("NOT RUN: TEST_DYNAMODB_URL is not set. Run: .ci/dynamodb-local go test ./singletable/singletabletest")
	}
	var engine singletabletest.Engine
	d := differential{t: t, outcomes: map[string]int{}, memory: engine.Client(withoutRetries), local: dynamodb.New(dynamodb.Options{
		BaseEndpoint: &url,
		Region:       "us-east-1",
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "differential", SecretAccessKey: "differential"}, nil
		}),
	}, onlyAfterInternalFailure)}
	if *differentialSeed != 0 {
		d.sequence(*differentialSeed)
		return
	}
	for done := 0; done < *differentialSteps && !t.Failed(); done += sequenceLength {
		d.sequence(mathrand.Uint64()>>1 + 1)
	}
	t.Log(d.outcomes)
}

// A differential is the two engines that are compared.
type differential struct {
	t             *testing.T
	memory, local *dynamodb.Client
	outcomes      map[string]int // by operation and outcome
}

// count notes how a step went.
func (d differential) count(s step, answer string) {
	in := s.request("T", "run")
	outcome, _, _ := strings.Cut(answer, " ")
	if !strings.HasSuffix(outcome, "Exception") {
		outcome = "done"
	}
	d.outcomes[strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%T", in), "*dynamodb."), "Input")+": "+outcome]++
}

// sequence does the operations of one seed.
func (d differential) sequence(seed uint64) {
	r := source{mathrand.New(mathrand.NewPCG(seed, 0))}
	g := generator{r, one(r, arrangements()...)}
	steps := make([]step, sequenceLength)
	for i := range steps {
		steps[i] = g.step()
	}
	difference := d.run(g.schema, steps)
	if difference == nil {
		return
	}
	steps, difference = d.shrink(g.schema, steps[:difference.at], difference)
	var text strings.Builder
	for _, s := range steps {
		fmt.Fprintf(&text, "\n\t%s", s)
	}
	d.t.Errorf("the engines disagree, seed %d, table %v:%s\n memory %s\n  local %s", seed, g.key, text.String(), difference.memory, difference.local)
}

// A difference is what the engines answered to the last of so many steps.
type difference struct {
	at            int
	memory, local string
}

// run does steps on empty tables until the engines disagree, in an answer or in what their tables hold in the end.
func (d differential) run(s schema, steps []step) *difference {
	ctx := d.t.Context()
	definition := s.definition("Differential-" + rand.Text())
	table, run := *definition.TableName, rand.Text()
	for _, client := range []*dynamodb.Client{d.memory, d.local} {
		call(d.t, client.CreateTable, definition)
		defer client.DeleteTable(context.WithoutCancel(ctx), &dynamodb.DeleteTableInput{TableName: &table})
	}
	content := step{mode: anyOrder, request: func(table, _ string) any { return &dynamodb.ScanInput{TableName: &table} }}
	for i, one := range append(slices.Clone(steps), content) {
		memory := strings.ReplaceAll(one.answer(ctx, d.memory, table, run), table, "T")
		local := strings.ReplaceAll(one.answer(ctx, d.local, table, run), table, "T")
		d.count(one, memory)
		if memory != local && !(memory == invalid && local == mismatch) { // of two faults Local names the token first
			return &difference{min(i+1, len(steps)), memory, local}
		}
	}
	return nil
}

// shrink leaves steps out as long as the engines disagree about the rest: halves, quarters and so on down to single ones.
func (d differential) shrink(s schema, steps []step, found *difference) ([]step, *difference) {
	for size := (len(steps) + 1) / 2; size > 0; size /= 2 {
		for at := 0; at < len(steps); {
			fewer := slices.Concat(steps[:at], steps[min(at+size, len(steps)):])
			if again := d.run(s, fewer); again != nil {
				steps, found = fewer[:again.at], again
			} else {
				at += size
			}
		}
	}
	return steps, found
}
