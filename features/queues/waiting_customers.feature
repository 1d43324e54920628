Feature: Customers who wait
  Whoever waits is told how it goes, and is not kept where nobody will come.

  Background:
    Given the site "waiting"

  Scenario: A greeting, and news every minute
    Given Alex is signed in to the desktop console
    And Carla waits in the Network queue
    Then Carla reads while waiting:
      | Welcome to Acme. Somebody will be with you soon. |
    When 61 seconds pass
    Then Carla reads while waiting:
      | Welcome to Acme. Somebody will be with you soon. |
      | You are number 1; about some time to go.         |
    When 60 seconds pass
    Then Carla reads while waiting:
      | Welcome to Acme. Somebody will be with you soon. |
      | You are number 1; about some time to go.         |
      | You are number 1; about some time to go.         |
    When Alex accepts Carla's session
    And 5 minutes pass
    Then Carla reads while waiting:
      | Welcome to Acme. Somebody will be with you soon. |
      | You are number 1; about some time to go.         |
      | You are number 1; about some time to go.         |

  Scenario: The estimate is how long it took others lately
    Given Alex is signed in to the desktop console
    And Carla waits in the Network queue
    And 110 seconds pass
    And Alex accepts Carla's session
    And Dana waits in the Network queue
    And Eli waits in the Network queue
    Then Eli is told to expect a wait of about 110 seconds
    When 61 seconds pass
    Then Eli reads while waiting "You are number 2; about 2 minutes to go."
    And Dana reads while waiting "You are number 1; about 2 minutes to go."

  Scenario: A queue that keeps nobody turns people away while nobody is there
    Given Alex is signed in to the desktop console
    When Carla, a customer with a Windows PC, picks the issue "It burns"
    Then Carla is told that nobody is available: "We are closed. Try our answers."
    And Carla is sent to "https://answers.example.com"

  Scenario: The same queue takes people while somebody is there
    Given Erin is signed in to the desktop console
    And Carla waits in the Hotline queue
    When Erin accepts Carla's session
    Then Carla is in session with Erin

  Scenario: When the last one goes, who waits there is told
    Given Alex is signed in to the desktop console
    And Erin is signed in to the desktop console
    And Carla waits in the Hotline queue
    When Erin signs out
    Then Carla is told that nobody is available: "We are closed. Try our answers."

  Scenario: Any other queue keeps people while nobody is there
    Given Alex is signed in to the desktop console
    And Carla waits in the Network queue
    When Alex signs out
    And 1 hour passes
    Then Carla is told to wait at place 1
    When Alex signs in again
    Then Alex sees Carla in the Network queue
