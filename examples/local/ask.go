package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/lambdapatterns/lambdapatterns/examples/payments"
)

// ask sends a request, shows it with its answer, and fails unless the answer has the wanted status. An answer from 400 on
// must be a problem document, but for the 401 of the API itself. Requests are Ada's unless the context is another's.
func (s *stack) ask(ctx context.Context, want int, method, path, body string) (map[string]any, error) {
	status, text, err := s.exchange(ctx, method, path, body)
	if err != nil {
		return nil, err
	}
	s.printf("  %-7s %s %s\n          %d %s\n", method, s.oneLine(path), s.oneLine(body), status, s.oneLine(string(text)))
	answer, err := decode(text)
	if err != nil {
		return nil, err
	}
	if status != want {
		return nil, fmt.Errorf("%s %s: status %d, want %d", method, s.oneLine(path), status, want)
	}
	return answer, nil
}

// request sends a request and returns the answer, decoded.
func (s *stack) request(ctx context.Context, method, path, body string) (int, map[string]any, error) {
	status, text, err := s.exchange(ctx, method, path, body)
	if err != nil {
		return 0, nil, err
	}
	answer, err := decode(text)
	return status, answer, err
}

func decode(text []byte) (answer map[string]any, err error) {
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, fmt.Errorf("the answer is not JSON: %w", err)
	}
	return answer, nil
}

func (s *stack) exchange(ctx context.Context, method, path, body string) (status int, answer []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, method, s.url+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	if user := userOf(ctx); user != "" {
		token, err := s.tokens.of(user)
		if err != nil {
			return 0, nil, err
		}
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if key, ok := ctx.Value(requestKey{}).(string); ok {
		r.Header.Set("Idempotency-Key", key)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(response.Body, 6<<20))
	if err != nil {
		return 0, nil, err
	}
	kind := response.Header.Get("Content-Type")
	gateway := response.StatusCode == http.StatusUnauthorized // which knows no problem documents
	if want := "application/problem+json"; response.StatusCode >= 400 && !gateway && kind != want {
		return 0, nil, fmt.Errorf("%s %s: status %d with a body of type %q, want %s", method, path, response.StatusCode, kind, want)
	}
	return response.StatusCode, answer, nil
}

// until waits for something that has to happen.
func (s *stack) until(ctx context.Context, what string, happened func() (bool, error)) error {
	deadline := time.Now().Add(patience)
	for {
		if ok, err := happened(); ok || err != nil {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("it did not come to pass in %v that %s", patience, what)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (s *stack) untilSettled(ctx context.Context, id string, status payments.Status) error {
	return s.until(ctx, fmt.Sprintf("payment %s is %s", id, status), func() (bool, error) {
		code, p, err := s.request(ctx, "GET", "/payments/"+id, "")
		if err != nil || code != http.StatusOK {
			return false, err
		}
		got := payments.Status(fmt.Sprint(p["status"]))
		if got != payments.Pending && got != status {
			return false, fmt.Errorf("payment %s is %s, want %s", id, got, status)
		}
		return got == status, nil
	})
}

func countsOf(url string) *sqs.GetQueueAttributesInput {
	return &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []types.QueueAttributeName{
		types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
	}}
}

// item is one line of the table as the story shows it.
type item struct{ pk, sk, rest string }

// items returns all items of the table in the order of their keys.
func (s *stack) items(ctx context.Context) ([]item, error) {
	var items []item
	pages := dynamodb.NewScanPaginator(s.db, &dynamodb.ScanInput{TableName: &s.table, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, it := range page.Items {
			pk, ok1 := it["PK"].(*ddb.AttributeValueMemberS)
			sk, ok2 := it["SK"].(*ddb.AttributeValueMemberS)
			if !ok1 || !ok2 {
				return nil, errors.New("an item has no key of strings")
			}
			items = append(items, item{pk.Value, sk.Value, describe(it)})
		}
	}
	slices.SortFunc(items, func(a, b item) int { return cmp.Or(cmp.Compare(a.pk, b.pk), cmp.Compare(a.sk, b.sk)) })
	return items, nil
}

// describe shows the attributes that tell most.
func describe(it map[string]ddb.AttributeValue) string {
	var parts []string
	for _, name := range []string{"_type", "email", "name", "total", "price", "amount", "status", "reason", "GSI1PK", "GSI1SK"} {
		switch v := it[name].(type) {
		case *ddb.AttributeValueMemberS:
			parts = append(parts, name+"="+v.Value)
		case *ddb.AttributeValueMemberN:
			parts = append(parts, name+"="+v.Value)
		}
	}
	return strings.Join(parts, " ")
}
