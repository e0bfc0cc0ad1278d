package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/examples/local/internal/provider"
	"github.com/lambdapatterns/lambdapatterns/examples/payments"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsqueue"
)

// rows are the table's items as strings, by type and key. They are read without the service's code.
type rows map[string]map[string]map[string]string

func (s *stack) rows(ctx context.Context) (rows, error) {
	all := rows{}
	pages := dynamodb.NewScanPaginator(s.db, &dynamodb.ScanInput{TableName: &s.table, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, it := range page.Items {
			row := map[string]string{}
			for name, v := range it {
				switch v := v.(type) {
				case *ddb.AttributeValueMemberS:
					row[name] = v.Value
				case *ddb.AttributeValueMemberN:
					row[name] = v.Value
				}
			}
			kind, key := row["_type"], row["id"]
			if key == "" {
				kind, key = "claim", row["PK"]
			}
			if err := all.add(kind, key, row); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// add refuses a second item with one id: it would hide the first.
func (r rows) add(kind, key string, row map[string]string) error {
	if r[kind] == nil {
		r[kind] = map[string]map[string]string{}
	}
	if other := r[kind][key]; other != nil {
		return fmt.Errorf("two items are the %s %s: at %s and at %s", kind, key, other["PK"], row["PK"])
	}
	r[kind][key] = row
	return nil
}

// faults collects what is wrong, a few of each kind.
type faults struct {
	errs []error
	more int
}

func (f *faults) addf(format string, args ...any) {
	if len(f.errs) >= 20 {
		f.more++
		return
	}
	f.errs = append(f.errs, fmt.Errorf(format, args...))
}

// examine holds what is there against the journal, and says what it has found.
func (s *stack) examine(ctx context.Context, j *journal) (string, error) {
	f := &faults{errs: j.errs}
	table, err := s.rows(ctx)
	if err != nil {
		return "", err
	}
	j.users.check(table, f)
	captured := checkPayments(table, j, s.options.weather.provider, f)
	told, err := s.checkResults(ctx, table, f)
	if err != nil {
		return "", err
	}
	refusals, err := s.checkRefused(ctx, j, f)
	if err != nil {
		return "", err
	}
	dead, err := s.queues.dead.all(ctx)
	if err != nil {
		return "", err
	}
	if len(dead) > 0 {
		f.addf("a message is dead that could have succeeded: %s", dead[0].Body)
	}
	lines, leaked := s.options.weather.planted.found()
	if lines == 0 || leaked != "" {
		f.addf("of %d lines of the functions' logs one has what clients sent: %s", lines, leaked)
	}
	if f.more > 0 {
		f.errs = append(f.errs, fmt.Errorf("and %d more", f.more))
	}
	return fmt.Sprintf("nothing is lost:\n  %6d  payments in the table, of which %d are captured\n  %6d  results\n  %6d  refused messages, for %d that are no payments\n"+
		"  %6d  dead letters\n  %6d  lines in the functions' logs, without a card, address or body\n",
		len(table["Payment"]), captured, told, refusals, len(j.poisons), len(dead), lines), errors.Join(f.errs...)
}

// checkPayments checks that every accepted payment has ended as its card says, and that the provider has charged what is
// captured, once, at the right amount and to the right card, and nothing else.
func checkPayments(table rows, j *journal, provided *provider.Provider, f *faults) (captured int) {
	for id, o := range j.orders {
		row := table["Order"][id]
		if row["user_id"] != o.user || row["total"] != strconv.FormatInt(o.total, 10) {
			f.addf("order %s of %s, %d: the table has %s, %s", id, o.user, o.total, row["user_id"], row["total"])
		}
	}
	charges, asked := provided.Charges()
	paid := map[string]string{}
	for id, row := range table["Payment"] {
		p, known := j.payments[id]
		want := payments.Captured
		if strings.Contains(row["card"], provider.Declined) {
			want = payments.Declined
		}
		status := payments.Status(row["status"])
		charge, charged := charges[id]
		switch {
		case !known:
			f.addf("payment %s is in the table, %s, and no client was told of it", id, status)
		case row["order_id"] != p.order || row["user_id"] != p.user || row["card"] != p.card || row["amount"] != strconv.FormatInt(p.amount, 10):
			f.addf("payment %s is not the one that was accepted", id)
		case status != want:
			f.addf("payment %s is %s, and should be %s; the provider was asked %d times", id, status, want, asked[id])
		case j.told[id] != "" && j.told[id] != status:
			f.addf("payment %s is %s, and a client was told that it is %s", id, status, j.told[id])
		case charged != (status == payments.Captured) || charged && charge.Amount != p.amount:
			f.addf("payment %s of %d is %s, and the provider has charged %d", id, p.amount, status, charge.Amount)
		case charged && charge.Card != p.card:
			f.addf("payment %s is charged to another card", id)
		}
		if status == payments.Captured {
			captured++
			if other := paid[row["order_id"]]; other != "" {
				f.addf("order %s is paid twice, by %s and %s", row["order_id"], other, id)
			}
			paid[row["order_id"]] = id
		}
	}
	for id := range j.payments {
		if table["Payment"][id] == nil {
			f.addf("payment %s was accepted and is not in the table", id)
		}
	}
	for id := range charges {
		if table["Payment"][id] == nil {
			f.addf("the provider has charged %s, which is not in the table", id)
		}
	}
	return captured
}

// addresses are those of the users who were told that they exist.
type addresses map[string]string

// check checks that every user is there, with the claim on the address, and that no claim is anybody else's.
func (a addresses) check(table rows, f *faults) {
	for id, address := range a {
		if table["User"][id]["email"] != address || table["claim"]["UNIQUE#User#e-mail#"+address] == nil {
			f.addf("user %s is not there with the address", id)
		}
	}
	if n := len(table["User"]); n != len(a) || len(table["claim"]) != n {
		f.addf("%d users and %d claims for %d who were told so", n, len(table["claim"]), len(a))
	}
}

// checkResults checks that the company was told of each payment, at least once and always the same.
func (s *stack) checkResults(ctx context.Context, table rows, f *faults) (int, error) {
	messages, err := s.queues.results.all(ctx)
	if err != nil {
		return 0, err
	}
	told := map[string]bool{}
	for _, m := range messages {
		var r payments.Result
		if err := json.Unmarshal([]byte(m.Body), &r); err != nil {
			return 0, err
		}
		told[r.PaymentID] = true
		if row := table["Payment"][r.PaymentID]; row["status"] != string(r.Status) || row["order_id"] != r.OrderID {
			f.addf("a result says that payment %s is %s, and the table %s", r.PaymentID, r.Status, row["status"])
		}
	}
	for id := range table["Payment"] {
		if !told[id] {
			f.addf("no result tells of payment %s", id)
		}
	}
	return len(messages), nil
}

// checkRefused checks that the messages that are no payments were refused, and no others.
func (s *stack) checkRefused(ctx context.Context, j *journal, f *faults) (int, error) {
	messages, err := s.queues.refused.all(ctx)
	if err != nil {
		return 0, err
	}
	refused := map[string]bool{}
	for _, m := range messages {
		id := aws.ToString(m.MessageAttributes[sqsqueue.AttributeMessageID].StringValue)
		refused[id] = true
		if !slices.Contains(j.poisons, id) {
			f.addf("message %s is refused: %s", id, m.Body)
		}
	}
	for _, id := range j.poisons {
		if !refused[id] {
			f.addf("message %s is no payment, and was not refused", id)
		}
	}
	return len(messages), nil
}
