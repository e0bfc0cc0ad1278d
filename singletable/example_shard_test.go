package singletable_test

import (
	"context"
	"fmt"
	"log"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// All open jobs are one partition of the index, and more are written than one partition takes. In four shards they are still
// read as one, the oldest first.
func ExampleKeyPattern_Sharded() {
	ctx := context.Background()
	type Job struct {
		ID     string `dynamodbav:"id"`
		Status string `dynamodbav:"status"`
		Seq    int    `dynamodbav:"seq"`
	}
	jobs, err := singletable.NewRepo[Job](newTable(ctx), singletable.Schema{
		Type: "Job",
		Key:  singletable.Pattern("JOB#{id}", "JOB"),
		GSI1: singletable.Pattern("STATUS#{status}", "{seq:6}#{id}").Sharded(4),
	})
	if err != nil {
		log.Fatal(err)
	}
	for i := range 10 {
		if err := jobs.Create(ctx, Job{ID: fmt.Sprintf("job_%d", i), Status: "open", Seq: 100 - i}); err != nil {
			log.Fatal(err)
		}
	}
	// GSI1PK = "STATUS#open#0", and so on to "STATUS#open#3"
	page, err := jobs.GSI1().Page(ctx, Job{Status: "open"}, "", singletable.Limit(3))
	fmt.Println(page.Items, err)
	page, err = jobs.GSI1().Page(ctx, Job{Status: "open"}, page.Cursor, singletable.Limit(3))
	fmt.Println(page.Items, err)
	// Output:
	// [{job_9 open 91} {job_8 open 92} {job_7 open 93}] <nil>
	// [{job_6 open 94} {job_5 open 95} {job_4 open 96}] <nil>
}
