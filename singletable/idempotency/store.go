package idempotency

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Client is what a store needs of a DynamoDB client. [*dynamodb.Client] is one. The function's role needs
// dynamodb:PutItem and dynamodb:DeleteItem on the table, and nothing else.
type Client interface {
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
}

// Store keeps the records of effects in a DynamoDB table, beside whatever else is in it. It is safe for concurrent use.
type Store struct {
	client                   Client
	table                    string
	partitionKey, sortKey    string // the names of attributes, as the two below
	typeAttribute, expiresAt string
	cache                    *cache // nil: none
}

// StoreOption changes where and how a store keeps its records. The functions that return one make them.
type StoreOption interface{ apply(*Store) }

type storeOption func(*Store)

func (o storeOption) apply(s *Store) { o(s) }

// WithKeyAttributes names the attributes of the table's partition and sort key. Defaults to PK and SK.
func WithKeyAttributes(partition, sort string) StoreOption {
	return storeOption(func(s *Store) { s.partitionKey, s.sortKey = partition, sort })
}

// WithTypeAttribute names the attribute that holds an item's entity type, "Idempotency" for a record. Defaults to _type.
func WithTypeAttribute(name string) StoreOption {
	return storeOption(func(s *Store) { s.typeAttribute = name })
}

// WithExpiryAttribute names the attribute that holds when a record can be deleted, in seconds since 1970: the one that
// the table's time to live is set to (Amazon DynamoDB Developer Guide, "Using time to live (TTL) in DynamoDB"). Defaults to
// expires.
func WithExpiryAttribute(name string) StoreOption {
	return storeOption(func(s *Store) { s.expiresAt = name })
}

// WithCache keeps finished records in the process's memory too, up to about so many bytes, and forgets those first that have
// not been asked for longest. A call that finds its record there sends nothing. Defaults to no cache. It panics when bytes is
// less than 1.
//
// A record that is deleted from the table by hand stays in the caches until it expires.
func WithCache(bytes int) StoreOption {
	if bytes < 1 {
		panic(fmt.Sprintf("idempotency: WithCache(%d): need at least 1 byte", bytes))
	}
	return storeOption(func(s *Store) { s.cache = newCache(bytes) })
}

// New returns a store in the table called table. It sends nothing. If package singletable's entities of the table expire, give
// [WithExpiryAttribute] the name of their ExpiresAt: a table has one attribute for its time to live. It panics when client is
// nil, table is empty, as it is when an environment variable is missing, or an attribute's name is empty or used twice.
func New(client Client, table string, opts ...StoreOption) *Store {
	if client == nil {
		panic("idempotency: New needs a client, got nil")
	}
	if table == "" {
		panic("idempotency: the table has no name: is the environment variable set that should give it?")
	}
	s := &Store{
		client: client, table: table,
		partitionKey: "PK", sortKey: "SK", typeAttribute: "_type", expiresAt: "expires",
	}
	for _, o := range opts {
		o.apply(s)
	}
	used := map[string]bool{"": true}
	for _, name := range append([]string{s.partitionKey, s.sortKey, s.typeAttribute, s.expiresAt}, ownAttributes[:]...) {
		if used[name] {
			panic(fmt.Sprintf("idempotency: %q cannot name an attribute: it is empty or used twice", name))
		}
		used[name] = true
	}
	return s
}
