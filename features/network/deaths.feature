@network
Feature: Deaths and clocks
  Programs end, are killed, lose power and sleep, and each sounds different to those who are connected to them.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console

  Scenario Outline: Four ways for a console to go
    Given Carla waits in the Network queue
    And Blair is signed in to the Android console
    And Alex accepts Carla's session
    And Carla is in session with Alex
    When <death>
    Then within <time> Blair sees Carla in the Network queue

    Examples:
      | death                       | time     |
      | Alex closes the console     | 1 second |
      | Alex's console is killed    | 1 second |
      | Alex's device loses power   | 1 minute |
      | Alex's device falls asleep  | 1 minute |

  Scenario: The appliance loses power in mid-chat
    Given Carla is in session with Alex
    And Carla writes "One"
    And Alex reads "One" from Carla
    When the appliance loses power
    And Carla writes "Two"
    And the appliance starts again after 30 seconds
    And Alex's console is connected again
    And Alex accepts Carla's session
    Then within 1 minute Carla is in session with Alex
    And Alex reads "One" from Carla
    And Alex reads "Two" from Carla

  Scenario: A lid that is closed for a moment
    Given Carla is a customer with a Mac on fibre
    And Carla is in session with Alex
    When Carla's device falls asleep
    And Alex writes "Still there?" to everyone in Carla's session
    And Carla's device wakes after 5 seconds
    Then Carla reads "Still there?" from Alex
    And Carla's session was never lost

  Scenario: A lid that is closed over lunch
    Given Carla is a customer with a Mac on fibre
    And Carla is in session with Alex
    When Carla's device falls asleep
    Then Alex sees that Carla's connection is lost
    When Carla's device wakes after 4 minutes
    Then Carla is connected anew
    And within 1 minute Alex sees that Carla is connected
    When Carla writes "Back from lunch"
    Then Alex reads "Back from lunch" from Carla

  Scenario: A machine with a Jump Client sleeps, and is offline until it wakes
    Given a Jump Client of the group "Servers" is installed on the Windows PC "DB-01"
    And 1 Jump Clients are online
    When "DB-01" falls asleep
    Then 0 Jump Clients are online within 2 minutes
    When "DB-01" wakes after 10 minutes
    Then 1 Jump Clients are online within 1 minute
    When Alex jumps to "DB-01"
    Then Alex has the session with "DB-01" open

  Scenario: A key goes by the appliance's clock
    Given Alex has generated a session key
    And Carla is a customer with a Windows PC
    When the clock of the appliance jumps 2 days ahead
    And Carla types Alex's session key on the portal
    Then Carla is told "the session key has expired"

  Scenario: A clock that was set back does not keep anybody waiting
    Given Alex has generated a session key
    And Carla is a customer with a Windows PC
    When the clock of the appliance jumps 2 days back
    And Carla types Alex's session key on the portal
    Then Carla waits in Alex's personal queue

  Scenario: A wrong clock on a customer's device changes nothing
    Given Carla is in session with Alex
    When the clock of Carla's device jumps 3 days ahead
    And Carla writes "What day is it?"
    Then the wall clock of Carla's device is 3 days ahead
    And Alex reads "What day is it?" from Carla
    And Carla's session was never lost

  Scenario Outline: Clocks that run fast or slow keep their connections
    Given Carla is in session with Alex
    When the clock of Carla's device runs <rate>
    And 3 hours pass
    Then the clock of Carla's device is 9 minutes <off>
    When Carla writes "Still here"
    Then Alex reads "Still here" from Carla
    And Carla's session was never lost

    Examples:
      | rate      | off    |
      | 5 % fast  | ahead  |
      | 5 % slow  | behind |
